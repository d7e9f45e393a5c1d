import { describe, expect, it } from 'vitest';
import { webviewPage } from './webviewPage.js';

const page = webviewPage({
  cspSource: 'https://webview.test',
  nonce: 'abc+/=',
  script: 'https://webview.test/dashboard.js',
  style: 'https://webview.test/dashboard.css',
  title: '<img src=x onerror="alert(1)">',
  language: 'en',
  root: 'dashboard',
});

describe('webviewPage', () => {
  it('allows one script and our styles, and nothing else', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
    expect(policy).toBe(
      "default-src 'none'; script-src 'nonce-abc+/='; style-src https://webview.test; font-src https://webview.test",
    );
    expect(page).not.toContain('unsafe');
  });

  it('reads no text as HTML', () => {
    expect(page).not.toContain('<img');
  });
});
