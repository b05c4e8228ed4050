// Debian's Chromium, driven by Playwright: without a window, with a profile of its own, and without a way out
// to any other host. A page is watched from its first byte: what went wrong on it, and whom it asked.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { temporaryDirectory } from './server.mjs';

const patienceMs = 20_000;
const screenshots = resolve(import.meta.dirname, '../../../build/screenshots');

export class Browser {
    static async start() {
        const browser = new Browser();
        const home = temporaryDirectory();
        browser.chromium = await chromium.launch({
            executablePath: '/usr/bin/chromium',
            headless: true,
            timeout: 3 * patienceMs,
            // It keeps its profile, caches and certificates there.
            env: { ...process.env, HOME: home, TMPDIR: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home },
            args: [
                '--no-sandbox',
                '--disable-gpu',
                '--disable-quic',
                '--no-first-run',
                '--disable-background-networking',
                '--disable-component-update',
                '--disable-sync',
                '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
            ],
        });
        return browser;
    }

    // A page as a new visitor has it.
    async open(url) {
        const context = await this.chromium.newContext({ viewport: { width: 1280, height: 900 } });
        return WatchedPage.open(await context.newPage(), url);
    }

    async stop() {
        await this.chromium.close();
    }
}

export class WatchedPage {
    faults = [];
    #requests = new Set();

    static async open(page, url) {
        const watched = new WatchedPage();
        watched.page = page;
        page.setDefaultTimeout(patienceMs);
        page.on('console', (message) => {
            if (message.type() === 'error') watched.faults.push(`console: ${message.text()}`);
        });
        page.on('pageerror', (error) => watched.faults.push(`exception: ${error.message}`));
        page.on('requestfailed', (request) =>
            watched.faults.push(`failed: ${request.url()} ${request.failure()?.errorText}`),
        );
        page.on('request', (request) => watched.#requests.add(request.url()));
        watched.answer = await page.goto(url);
        watched.origin = new URL(url).origin;
        return watched;
    }

    // No error so far, and not one request for what is not the server's own.
    assertClean() {
        assert.deepEqual(this.faults, []);
        const foreign = [...this.#requests].filter(
            (url) => !url.startsWith('data:') && new URL(url).origin !== this.origin,
        );
        assert.deepEqual(foreign, [], 'requests to other hosts');
    }

    // Into build/screenshots, when ROOST_SCREENSHOTS is set.
    async picture(name) {
        if (!process.env.ROOST_SCREENSHOTS) return;
        mkdirSync(screenshots, { recursive: true });
        await this.page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
    }

    async close() {
        await this.page.context().close();
    }
}
