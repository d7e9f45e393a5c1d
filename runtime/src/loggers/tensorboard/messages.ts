/**
 * TensorBoard's messages: `Event`, `Summary` and what stands in them. Field numbers from TensorBoard's
 * `compat/proto/{event,summary,tensor,graph}.proto` and `plugins/hparams/{api,plugin_data}.proto`.
 */
import { ProtoWriter } from '../protobuf.js';

/** What an event says besides when. */
export type EventBody = (event: ProtoWriter) => void;

/** One value of a summary: a tag and what it shows. */
type SummaryValue = (value: ProtoWriter) => void;

/** @param wallTime seconds since 1970 */
export function encodeEvent(wallTime: number, step: number | undefined, body: EventBody): Buffer {
  const event = new ProtoWriter().double(1, wallTime);
  if (step !== undefined && step !== 0) event.int(2, step);
  body(event);
  return event.finish();
}

/** The first record of a file. The reader shows nothing of it, but wants it. */
export const FILE_VERSION: EventBody = (event) =>
  event
    .bytes(3, 'brain.Event:2')
    .message(10, (source) => source.bytes(1, 'tensorboard.summary.writer.event_file_writer'));

const summary =
  (tag: string, value: SummaryValue): EventBody =>
  (event) =>
    event.message(5, (body) => body.message(1, (entry) => value(entry.bytes(1, tag))));

/** A number that is drawn over the steps. */
export const scalar = (tag: string, value: number): EventBody => summary(tag, (entry) => entry.float(2, value));

/** Counts between limits. */
export interface Histogram {
  readonly min: number;
  readonly max: number;
  readonly num: number;
  readonly sum: number;
  readonly sumSquares: number;
  /** Upper limits of the buckets. */
  readonly bucketLimits: ArrayLike<number>;
  readonly bucketCounts: ArrayLike<number>;
}

export const histogram = (tag: string, values: Histogram): EventBody =>
  summary(tag, (entry) =>
    entry.message(5, (histo) =>
      histo
        .double(1, values.min)
        .double(2, values.max)
        .double(3, values.num)
        .double(4, values.sum)
        .double(5, values.sumSquares)
        .doubles(6, values.bucketLimits)
        .doubles(7, values.bucketCounts),
    ),
  );

/** A picture in a file format that browsers show. */
export interface EncodedImage {
  readonly height: number;
  readonly width: number;
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA. */
  readonly channels: number;
  readonly bytes: Uint8Array;
}

export const image = (tag: string, { height, width, channels, bytes }: EncodedImage): EventBody =>
  summary(tag, (entry) =>
    entry.message(4, (picture) => picture.int(1, height).int(2, width).int(3, channels).bytes(4, bytes)),
  );

const DT_STRING = 7;

/** Markdown. */
export const text = (tag: string, markdown: string): EventBody =>
  summary(`${tag}/text_summary`, (entry) => {
    entry.message(8, (tensor) =>
      tensor
        .int(1, DT_STRING)
        .message(2, (shape) => shape.message(2, (dim) => dim.int(1, 1)))
        .bytes(8, markdown),
    );
    pluginData(entry, 'text', new Uint8Array());
  });

function pluginData(entry: ProtoWriter, plugin: string, content: Uint8Array): void {
  entry.message(9, (metadata) =>
    metadata.message(1, (data) => {
      data.bytes(1, plugin);
      if (content.length > 0) data.bytes(2, content);
    }),
  );
}

/** A hyperparameter's value. */
export type HparamValue = number | boolean | string;

const DATA_TYPES = { string: 1, boolean: 2, number: 3 } as const;

function protoValue(writer: ProtoWriter, value: HparamValue): void {
  if (typeof value === 'number') writer.double(2, value);
  else if (typeof value === 'boolean') writer.int(4, Number(value));
  else writer.bytes(3, value);
}

const hparamsEvent = (tag: string, field: number, fill: (content: ProtoWriter) => void): EventBody =>
  summary(tag, (entry) => pluginData(entry, 'hparams', new ProtoWriter().message(field, fill).finish()));

/**
 * What the HPARAMS tab needs of a run: the experiment, the session's start and its end.
 * @param domains all values that a hyperparameter may have, where they are known
 */
export function hparams(
  values: Readonly<Record<string, HparamValue>>,
  metrics: readonly string[],
  domains: Readonly<Record<string, readonly HparamValue[]>> = {},
): EventBody[] {
  const experiment = hparamsEvent('_hparams_/experiment', 2, (content) => {
    for (const [name, value] of Object.entries(values)) {
      const domain = domains[name];
      content.message(4, (info) => {
        info.bytes(1, name).int(4, DATA_TYPES[typeof value as keyof typeof DATA_TYPES]);
        if (domain) {
          info.message(5, (list) => {
            for (const each of domain) list.message(1, (inner) => protoValue(inner, each));
          });
        }
      });
    }
    for (const metric of metrics) content.message(5, (info) => info.message(1, (name) => name.bytes(2, metric)));
  });
  const start = hparamsEvent('_hparams_/session_start_info', 3, (content) => {
    for (const [name, value] of Object.entries(values)) {
      content.message(1, (pair) => pair.bytes(1, name).message(2, (inner) => protoValue(inner, value)));
    }
  });
  const end = hparamsEvent('_hparams_/session_end_info', 4, (content) => content.int(1, 1)); // success
  return [experiment, start, end];
}

/** A node of a graph: a layer, or what it reads. */
export interface GraphNode {
  /** With `/` between the scopes. */
  readonly name: string;
  /** The kind of operation, such as `Dense`. */
  readonly op: string;
  /** Names of the nodes that it reads. */
  readonly inputs: readonly string[];
  /** Of what it computes; null for a dimension that nobody knows. */
  readonly shape?: readonly (number | null)[] | undefined;
  /** Shown when the node is chosen. */
  readonly attributes?: Readonly<Record<string, string>>;
}

export const graph =
  (nodes: readonly GraphNode[]): EventBody =>
  (event) =>
    event.message(4, (definition) => {
      for (const node of nodes) definition.message(1, (writer) => writeNode(writer, node));
      definition.message(4, (versions) => versions.int(1, 22));
    });

function writeNode(writer: ProtoWriter, { name, op, inputs, shape, attributes = {} }: GraphNode): void {
  writer.bytes(1, name).bytes(2, op);
  for (const input of inputs) writer.bytes(3, input);
  for (const [key, value] of Object.entries(attributes)) {
    writer.message(5, (attribute) => attribute.bytes(1, key).message(2, (inner) => inner.bytes(2, value)));
  }
  if (!shape) return;
  writer.message(5, (attribute) =>
    attribute.bytes(1, '_output_shapes').message(2, (value) =>
      value.message(1, (list) =>
        list.message(7, (proto) => {
          for (const size of shape) proto.message(2, (dim) => dim.int(1, size ?? -1));
        }),
      ),
    ),
  );
}
