export { DASHBOARD_VIEW_TYPE, DashboardPanel } from './dashboardPanel.js';
export { metricCsv } from './metricCsv.js';
export { saveAs } from './saveAs.js';
