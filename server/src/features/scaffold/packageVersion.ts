/** Version of `lightning-tfjs` that a new project asks for: this server's own. A test compares it with the package. */
export const PACKAGE_VERSION = '0.1.0';
