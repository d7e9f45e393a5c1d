import { mountDashboard } from './dashboard.js';
import { editorHost } from './host.js';

const root = document.getElementById('dashboard');
if (root) mountDashboard(root, editorHost(), new AbortController().signal);
