export { DashboardPanel } from './dashboardPanel.js';
