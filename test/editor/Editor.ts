/** Node-RED's editor in a headless Chromium, used as a person uses it: with the mouse. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { until } from '../helpers/until';
import { root } from '../package/manifest';

const screenshots = path.join(
  root,
  '.local',
  'screenshots',
  process.env.NODE_RED_PACKAGE ? 'node-red-5' : '',
);

const programs = ['chromium', 'chromium-browser', 'google-chrome'].map((name) => `/usr/bin/${name}`);

export async function launchChromium(): Promise<Browser> {
  const program = process.env.CHROMIUM ?? programs.find((file) => existsSync(file));
  if (!program) throw new Error(`no Chromium: set CHROMIUM or install one of ${programs.join(', ')}`);
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
  return await chromium.launch({
    executablePath: program,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', ...quiet],
  });
}

export class Editor {
  /** script errors, console errors and requests to other hosts: nothing of which may happen */
  readonly problems: string[] = [];

  private constructor(private readonly page: Page) {
    page.on('pageerror', (error) => this.problems.push(`script error: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') this.problems.push(`console: ${message.text()}`);
    });
    page.on('request', (request) => {
      const { hostname, protocol } = new URL(request.url());
      if (protocol.startsWith('http') && hostname !== '127.0.0.1')
        this.problems.push(`request: ${request.url()}`);
    });
  }

  static async open(browser: Browser, url: string): Promise<Editor> {
    const page = await browser.newPage({ viewport: { width: 1500, height: 1000 } });
    page.setDefaultTimeout(10_000);
    const editor = new Editor(page);
    await page.goto(url);
    await page.locator('.red-ui-palette-node').first().waitFor();
    await page.locator('#red-ui-loading-progress').waitFor({ state: 'hidden' });
    return editor;
  }

  /** Opens it on a Node-RED whose flows are these. */
  static async openWith(browser: Browser, url: string, flow: readonly object[]): Promise<Editor> {
    const headers = { 'content-type': 'application/json' };
    await fetch(`${url}/flows`, { method: 'POST', headers, body: JSON.stringify(flow) });
    return Editor.open(browser, url);
  }

  async close(): Promise<void> {
    await this.page.close();
  }

  paletteNode(type: string): Locator {
    return this.page.locator(`.red-ui-palette-node[data-palette-type='${type}']`);
  }

  get category(): Locator {
    return this.page.locator('#red-ui-palette-header-anomaly');
  }

  /** Drags a node out of the palette to a place in the workspace and returns its id. */
  async dragOut(type: string, x: number, y: number): Promise<string> {
    const { mouse } = this.page;
    const known = await this.nodeIds();
    const source = this.paletteNode(type);
    await source.scrollIntoViewIfNeeded();
    const from = (await source.boundingBox())!;
    const to = (await this.page.locator('#red-ui-workspace-chart').boundingBox())!;
    await mouse.move(from.x + from.width / 2, from.y + from.height / 2);
    await mouse.down();
    // A first small move starts the drag; the editor takes its offset from there.
    await mouse.move(from.x + from.width / 2 + 5, from.y + from.height / 2 + 5);
    await mouse.move(to.x + x, to.y + y, { steps: 8 });
    await mouse.up();
    let arrived: string | undefined;
    await until(async () => {
      arrived = (await this.nodeIds()).find((id) => !known.includes(id));
      return arrived !== undefined;
    }, `${type} to arrive in the workspace`);
    return arrived!;
  }

  /** The settings of a node as the editor would deploy them. */
  async settingsOf(id: string): Promise<Record<string, unknown>> {
    return await this.page.evaluate(`RED.nodes.convertNode(RED.nodes.node(${JSON.stringify(id)}))`);
  }

  /** What the editor says is wrong with a node's settings, as it stands in the tooltip of its triangle. */
  async objections(id: string): Promise<string[]> {
    return await this.page.evaluate(`RED.nodes.node(${JSON.stringify(id)}).validationErrors ?? []`);
  }

  async openDialog(id: string): Promise<Dialog> {
    await this.page.locator(`.red-ui-flow-node-group[id='${id}'] .red-ui-flow-node`).dblclick();
    return await this.dialog('node-dialog');
  }

  /** The dialog for a new configuration node, by the plus beside the field that selects one. */
  async openConfigDialog(property: string): Promise<Dialog> {
    await this.page.locator(`.form-row:has(#node-input-${property}) .fa-plus`).click();
    return await this.dialog('node-config-dialog');
  }

  /** The help sidebar's text for a node type. */
  async help(type: string): Promise<Locator> {
    await this.page.evaluate(`RED.sidebar.help.show(${JSON.stringify(type)}, true)`);
    const text = this.page.locator('.red-ui-help:visible').first();
    await text.waitFor();
    return text;
  }

  /** Menu, Import, Examples, the package, the example, Import. */
  async importExample(packageName: string, example: string): Promise<void> {
    await this.page.locator('#red-ui-header-button-sidemenu').click();
    await this.page.locator('#menu-item-import').click();
    const list = this.page.locator('#red-ui-clipboard-dialog-import-tab-examples');
    // The dialog goes back to its first tab when it has faded in.
    await this.page.waitForTimeout(400);
    await this.page.locator('#red-ui-tab-red-ui-clipboard-dialog-import-tab-examples').click();
    await list.waitFor();
    const entry = (label: string) => list.locator('.red-ui-treeList-label', { hasText: label }).last();
    const leaf = entry(path.basename(example));
    // A folder that an earlier import has opened stays open, and a click would close it.
    for (const folder of [packageName, ...example.split('/').slice(0, -1)]) {
      if (!(await leaf.isVisible())) await entry(folder).click();
    }
    await leaf.click();
    await this.screenshot(`example ${example} 1 menu`);
    const tabs = this.page.locator('#red-ui-workspace-tabs .red-ui-tab-label');
    const before = await tabs.count();
    await this.page.locator('#red-ui-clipboard-dialog-ok').click();
    // An example brings its own tab, behind those that are there.
    await tabs.nth(before).click();
    await this.page.locator('.red-ui-flow-node-group').first().waitFor();
  }

  async deploy(): Promise<void> {
    await this.page.locator('#red-ui-header-button-deploy:not(.disabled)').click();
    await this.page.locator('#red-ui-header-button-deploy.disabled').waitFor();
    // The button is disabled before the flows run; the runtime's answer is what counts.
    await this.page.locator('.red-ui-notification-success').first().waitFor();
  }

  /** Presses the button of an inject node. */
  async pressButton(id: string): Promise<void> {
    await this.page.locator(`.red-ui-flow-node-group[id='${id}'] .red-ui-flow-node-button-button`).click();
  }

  /** The status lines under the nodes of the open tab. */
  async statuses(): Promise<string[]> {
    const lines = await this.page.locator('.red-ui-flow-node-status-label').allTextContents();
    return lines.filter((line) => line !== '');
  }

  async screenshot(name: string): Promise<void> {
    await mkdir(screenshots, { recursive: true });
    await this.page.screenshot({ path: path.join(screenshots, `${name.replace(/\W+/g, '-')}.png`) });
  }

  private async dialog(id: string): Promise<Dialog> {
    await this.page.locator(`#${id}-ok`).waitFor();
    // The tray slides in; a click on the way would miss.
    await this.page.waitForTimeout(400);
    return new Dialog(this.page, id);
  }

  private async nodeIds(): Promise<string[]> {
    const groups = await this.page.locator('.red-ui-flow-node-group').all();
    return await Promise.all(groups.map(async (group) => (await group.getAttribute('id')) ?? ''));
  }
}

/** An open edit dialog. */
export class Dialog {
  constructor(
    private readonly page: Page,
    private readonly id: string,
  ) {}

  private get form(): Locator {
    return this.page.locator(this.id === 'node-dialog' ? '#dialog-form' : '#node-config-dialog-edit-form');
  }

  /** The texts that a person reads: of labels, spans and options, and placeholders. */
  async texts(): Promise<string[]> {
    const shown = await this.form.locator('label, span, option, button, a').allInnerTexts();
    const inputs = await this.form.locator('[placeholder]').all();
    const placeholders = await Promise.all(inputs.map((input) => input.getAttribute('placeholder')));
    return [...shown, ...placeholders.map((text) => text ?? '')].map((text) => text.trim()).filter(Boolean);
  }

  async visibleLabels(): Promise<string[]> {
    const labels = await this.form.locator('label:visible').allInnerTexts();
    return labels.map((text) => text.trim());
  }

  /** The labels of rows, folded ones too, that take more than one line. */
  async wrappedLabels(): Promise<string[]> {
    const folded = this.form.locator('details:not([open]) > summary');
    while ((await folded.count()) > 0) await folded.first().click();
    const labels = await this.form.locator('.form-row > label:visible').all();
    const boxes = await Promise.all(
      labels.map(async (label) => ({ text: await label.innerText(), box: await label.boundingBox() })),
    );
    return boxes.filter(({ box }) => box!.height > 30).map(({ text }) => text);
  }

  field(setting: string, type: string): Locator {
    const ids = [`node-input-${setting}`, `node-config-input-${setting}`, `${type}-${setting}`];
    return this.form.locator(ids.map((id) => `[id='${id}']`).join(', '));
  }

  /** Elements of the dialog. */
  find(selector: string): Locator {
    return this.form.locator(selector);
  }

  async close(by: 'ok' | 'cancel'): Promise<void> {
    await this.page.locator(`#${this.id}-${by}`).click();
    await this.page.locator(`#${this.id}-${by}`).waitFor({ state: 'detached' });
  }
}
