// The documentation in a real browser: Swagger UI shows every operation, and "Try it out" works through the login.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Browser } from './support/browser.mjs';
import { Api } from './support/http.mjs';
import { Server } from './support/server.mjs';

let server;
let browser;

before(async () => {
    server = await Server.start();
    browser = await Browser.start();
});
after(async () => {
    await browser?.stop();
    await server?.stop();
});

for (const [tier, path] of [
    ['gateway', '/swagger'],
    ['api', '/swaggerui'],
]) {
    describe(`${path} on the ${tier}`, () => {
        let docs;
        before(async () => {
            docs = await Docs.open(tier, path);
        });
        after(() => docs?.close());

        test('shows every operation of the document', async () => {
            assert.equal(docs.watched.answer.status(), 200);
            assert.equal(await docs.page.title(), 'Roost API');
            assert.deepEqual(await docs.operations(), await documented(tier));
            await docs.watched.picture(`${tier}-operations`);
            docs.watched.assertClean();
        });

        test('links to documents that are there', async () => {
            const links = await docs.page.locator('nav a').evaluateAll((all) => all.map((a) => a.pathname));
            assert.deepEqual(links, ['/openapi.json', '/asyncapi.json']);
            for (const link of links) {
                const answer = await new Api(server.url(tier)).get(link);
                assert.equal(answer.status, 200, link);
                assert.equal(typeof answer.body, 'object', `${link} is JSON`);
            }
        });

        test('lets one log in, authorize and call as oneself', async () => {
            const ann = await new Api(server.url(tier)).register('Ann');
            const login = await docs.operation('POST', '/api/auth/login');
            await login.fill({ email: ann.email, password: ann.password });
            const session = await login.execute(200);
            await docs.watched.picture(`${tier}-login`);

            await docs.authorize(session.token);
            const me = await docs.operation('GET', '/api/users/me');
            assert.equal((await me.execute(200)).user.email, ann.email);
            await docs.watched.picture(`${tier}-me`);
            docs.watched.assertClean();
        });

        test('remembers the token over a reload, and works below a trailing slash', async () => {
            await docs.page.goto(`${server.url(tier)}${path}/`);
            const me = await docs.operation('GET', '/api/users/me');
            assert.match((await me.execute(200)).user.email, /@example\.com$/);
            docs.watched.assertClean();
        });
    });
}

// "GET /api/health", … of the served document.
async function documented(tier) {
    const { body } = await new Api(server.url(tier)).get('/openapi.json');
    const methods = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'];
    return Object.entries(body.paths)
        .flatMap(([path, item]) =>
            methods.filter((method) => method in item).map((method) => `${method.toUpperCase()} ${path}`),
        )
        .sort();
}

// What one does on the page.
class Docs {
    static async open(tier, path) {
        const docs = new Docs();
        docs.watched = await browser.open(server.url(tier) + path);
        docs.page = docs.watched.page;
        return docs;
    }

    close() {
        return this.watched.close();
    }

    async operations() {
        await this.page.locator('.opblock').first().waitFor();
        const shown = await this.page.locator('.opblock').evaluateAll((blocks) =>
            blocks.map((block) => {
                const method = block.querySelector('.opblock-summary-method').textContent;
                return `${method} ${block.querySelector('.opblock-summary-path').dataset.path}`;
            }),
        );
        return shown.sort();
    }

    // Opens one; it stays open.
    async operation(method, path) {
        const block = this.page
            .locator(`.opblock-${method.toLowerCase()}`)
            .filter({ has: this.page.locator(`.opblock-summary-path[data-path="${path}"]`) });
        await block.locator('.opblock-summary-control').click();
        await block.locator('button.execute').waitFor();
        return new Operation(block);
    }

    async authorize(token) {
        await this.page.locator('.auth-wrapper button.authorize').click();
        const dialog = this.page.locator('.modal-ux');
        await dialog.locator('input[type="text"]').fill(token);
        await dialog.locator('button.authorize').click();
        await dialog.locator('button', { hasText: 'Logout' }).waitFor();
        await dialog.locator('button.btn-done').click();
        await dialog.waitFor({ state: 'detached' });
    }
}

class Operation {
    constructor(block) {
        this.block = block;
    }

    fill(body) {
        return this.block.locator('textarea.body-param__text').fill(JSON.stringify(body));
    }

    // The body of the answer, as the page shows it.
    async execute(status) {
        await this.block.locator('button.execute').click();
        const answer = this.block.locator('.live-responses-table tbody tr.response').first();
        const shown = await answer.locator('.response-col_status').innerText();
        const body = await answer.locator('.highlight-code code').first().textContent();
        assert.equal(Number.parseInt(shown, 10), status, body);
        return JSON.parse(body);
    }
}
