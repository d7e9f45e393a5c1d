export { type Language, type StartedLanguage, startLanguageClient } from './languageClient.js';
