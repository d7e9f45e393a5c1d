import { mappedUris, modulePlaces } from './compilerOptions.js';
import { type ConfigSnapshot, JsonFiles } from './jsonFiles.js';
import { importedUris, packageUris } from './packageFiles.js';
import { candidatesAt, candidateUris, isRelative } from './specifiers.js';
import { foldersAround } from './uris.js';

const MAX_REMEMBERED = 5000;

/** Says where a module may lie that a file imports. Remembers what it found until it is told that a configuration changed. */
export class ModuleFiles {
  readonly #json: JsonFiles;
  readonly #ours: string;
  readonly #workspaceManifests: () => Iterable<string>;
  /** By folder and specifier: files of one folder share their configuration. */
  readonly #found = new Map<string, readonly string[]>();
  #packages: ReadonlyMap<string, string> | null = null;

  /**
   * @param config a configuration file, or undefined when there is none
   * @param workspaceManifests URIs of the workspace's `package.json` files
   * @param ours the package that a foreign package must name to be looked at
   */
  constructor(
    config: (uri: string) => ConfigSnapshot | undefined,
    workspaceManifests: () => Iterable<string>,
    ours: string,
  ) {
    this.#json = new JsonFiles(config);
    this.#workspaceManifests = workspaceManifests;
    this.#ours = ours;
  }

  /** Where the module may lie, the likeliest place first. */
  candidates(specifier: string, from: string): readonly string[] {
    if (isRelative(specifier)) return candidateUris(specifier, from);
    const [folder] = foldersAround(from);
    if (folder === undefined) return [];
    const key = `${folder}\n${specifier}`;
    const known = this.#found.get(key);
    if (known) return known;
    if (this.#found.size >= MAX_REMEMBERED) this.#found.clear();
    const found = this.#look(specifier, from);
    this.#found.set(key, found);
    return found;
  }

  /** Some configuration was written, made or removed. */
  configChanged(): void {
    this.#found.clear();
    this.#packages = null;
  }

  #look(specifier: string, from: string): readonly string[] {
    if (specifier.startsWith('#')) return importedUris(specifier, from, this.#json);
    const places = modulePlaces(from, this.#json);
    const mapped = places.flatMap((place) => mappedUris(place, specifier));
    const below = places.flatMap(({ baseUrl }) => (baseUrl === null ? [] : candidateUris(`./${specifier}`, baseUrl)));
    return [
      ...mapped.flatMap(candidatesAt),
      ...below,
      ...packageUris(specifier, from, this.#json, this.#packagesByName(), this.#ours),
    ];
  }

  #packagesByName(): ReadonlyMap<string, string> {
    if (this.#packages) return this.#packages;
    const packages = new Map<string, string>();
    for (const uri of this.#workspaceManifests()) {
      const name = this.#json.read(uri)?.value.name;
      if (typeof name === 'string' && !packages.has(name)) packages.set(name, uri);
    }
    this.#packages = packages;
    return packages;
  }
}
