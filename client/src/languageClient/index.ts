export { type Language, startLanguageClient } from './languageClient.js';
