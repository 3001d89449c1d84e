// A report's page in headless Chromium under the policy that it is served with: its own style and fonts are in force, and
// nothing is refused. usage: node report_page.mjs URL (of the page); run where playwright-core is installed
import {createRequire} from 'node:module';
import {join} from 'node:path';

const {chromium} = createRequire(join(process.cwd(), 'package.json'))('playwright-core');
const browser = await chromium.launch({executablePath: '/usr/bin/chromium', args: ['--no-sandbox']});
const page = await browser.newPage();
const problems = [];
page.on('console', (m) => { if (m.type() === 'error' || /Content Security Policy/.test(m.text())) problems.push(m.text()); });
page.on('requestfailed', (r) => problems.push(`${r.url().slice(0, 80)}: ${r.failure().errorText}`));
const response = await page.goto(process.argv[2]);
if (!/style-src 'sha256-/.test(response.headers()['content-security-policy'])) problems.push('the page has no policy of its own');
const looks = await page.evaluate(() => {
  const sheet = getComputedStyle(document.querySelector('h1'));
  return {height: document.body.scrollHeight, rules: [...document.styleSheets].reduce((n, s) => n + s.cssRules.length, 0), size: sheet.fontSize, weight: sheet.fontWeight};
});
if (looks.rules < 50 || looks.weight !== '600') problems.push(`the style is not in force: ${JSON.stringify(looks)}`);
await browser.close();
problems.slice(0, 10).forEach((p) => console.error(p));
if (problems.length > 0) process.exit(1);
console.log(`the page keeps its look under its policy: ${JSON.stringify(looks)}`);
