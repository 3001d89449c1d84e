// Words in the language of the reader. locales/*.json are the app's own; engine-words/* are the engine's messages, so
// that a reason reads here as it does in the report.

type Form = string | Partial<Record<Intl.LDMLPluralRule, string>>;
export const languages = ['en', 'uk', 'ru'] as const;
export type Language = (typeof languages)[number];

const own: Record<Language, () => Promise<any>> = {
  en: () => import('../locales/en.json'),
  uk: () => import('../locales/uk.json'),
  ru: () => import('../locales/ru.json'),
};
const engines: Record<Language, () => Promise<any>> = {
  en: () => import('engine-words/en'),
  uk: () => import('engine-words/uk'),
  ru: () => import('engine-words/ru'),
};

class Words extends EventTarget {
  language: Language = 'en';
  private forms: Record<string, Form> = {};
  private messages: Record<string, string> = {};
  private rules = new Intl.PluralRules('en');

  /** The one asked for, else the browser's first that there is. */
  choose(asked: string): Language {
    const wanted = [asked, ...navigator.languages.map((l) => l.slice(0, 2))];
    return (wanted.find((l) => (languages as readonly string[]).includes(l)) as Language | undefined) ?? 'en';
  }

  async load(language: Language): Promise<void> {
    const [forms, messages] = await Promise.all([own[language](), engines[language]()]);
    this.forms = forms.default;
    this.messages = messages.default;
    this.language = language;
    this.rules = new Intl.PluralRules(language);
    document.documentElement.lang = language;
    this.dispatchEvent(new Event('change'));
  }

  /** One of the app's own sentences. A form per plural goes by the argument `n`. */
  say(key: string, args: Record<string, string | number> = {}): string {
    const form = this.forms[key];
    if (form === undefined) return key;
    const text = typeof form === 'string' ? form : form[this.rules.select(Number(args.n))] ?? form.other ?? key;
    return text.replace(/\{(\w+)\}/g, (_, name) => {
      const given = args[name];
      return typeof given === 'number' ? this.number(given) : given ?? '';
    });
  }

  number(n: number, places = 0): string {
    const key = `${this.language} ${places}`;
    let f = this.figures.get(key);
    if (!f) this.figures.set(key, f = new Intl.NumberFormat(this.language, { minimumFractionDigits: places, maximumFractionDigits: places }));
    return f.format(n);
  }
  private readonly figures = new Map<string, Intl.NumberFormat>();

  /** A word of the engine's coded lists, or the code itself where there is none. */
  term(table: string, code: string): string { return this.messages[`${table}.${code}`] ?? code.replaceAll('_', ' '); }

  /** A message of the engine with its arguments, or nothing where the catalogue lacks it. */
  message(key: string, args: string[] = []): string | null {
    const pattern = this.messages[key];
    return pattern === undefined ? null : fill(pattern, args.map((a) => this.argument(a)), this.language);
  }

  /** An argument: plain text, or a message inside the message: @list(@weapon.tank|120). */
  private argument(text: string): string {
    if (text.startsWith('\\')) return text.slice(1);
    if (!text.startsWith('@')) return text;
    const open = text.indexOf('(');
    const key = text.slice(1, open < 0 ? undefined : open);
    const parts = open < 0 ? [] : split(text.slice(open + 1, text.endsWith(')') ? -1 : undefined));
    if (key === 'list') {
      const each = parts.map((p) => this.argument(p));
      return each.length ? each.reduce((all, one) => fill(this.messages.list ?? '{0}, {1}', [all, one], this.language)) : '';
    }
    return this.message(key, parts) ?? text;
  }
}

/** At the bars that stand in no brackets; a backslash makes the next character plain, and stays for who reads what is in brackets. */
function split(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '\\' && i + 1 < text.length) { parts[parts.length - 1] += depth > 0 ? c + text[++i] : text[++i]; continue; }
    if (c === '(') depth++;
    if (c === ')') depth--;
    if (c === '|' && depth === 0) parts.push('');
    else parts[parts.length - 1] += c;
  }
  return parts;
}

/** The part of ICU patterns that the engine's catalogue uses: {0}, {0, number}, {0, number, ::.00##} and plurals. */
function fill(pattern: string, args: string[], language: string): string {
  let out = '';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i];
    if (c === "'" && (pattern[i + 1] === '{' || pattern[i + 1] === '}')) {
      const end = pattern.indexOf("'", i + 1);
      out += pattern.slice(i + 1, end < 0 ? undefined : end);
      i = end < 0 ? pattern.length : end;
    } else if (c !== '{') out += c;
    else {
      const end = closing(pattern, i);
      out += placed(pattern.slice(i + 1, end), args, language);
      i = end;
    }
  }
  return out;
}

function closing(pattern: string, open: number): number {
  let depth = 0;
  for (let i = open; i < pattern.length; i++) {
    if (pattern[i] === '{') depth++;
    if (pattern[i] === '}' && --depth === 0) return i;
  }
  return pattern.length;
}

function placed(inside: string, args: string[], language: string): string {
  const [index, kind, ...rest] = inside.split(',');
  const given = args[Number(index)] ?? '';
  if (!kind) return given;
  const n = Number(given);
  if (Number.isNaN(n)) return given;
  if (kind.trim() === 'plural') {
    const forms = new Map<string, string>();
    const text = rest.join(',');
    for (let i = 0; i < text.length; i++) {
      if (text[i] !== '{') continue;
      const end = closing(text, i);
      forms.set(text.slice(0, i).match(/(\S+)\s*$/)?.[1] ?? '', text.slice(i + 1, end));
      // The names of forms stand before each brace; what was read is not read again.
      i = end;
    }
    const chosen = forms.get(`=${n}`) ?? forms.get(new Intl.PluralRules(language).select(n)) ?? forms.get('other') ?? '';
    return fill(chosen, args, language).replaceAll('#', n.toLocaleString(language));
  }
  const places = rest.join('').match(/\.(0*)(#*)/);
  return n.toLocaleString(language, {
    minimumFractionDigits: places?.[1].length ?? 0,
    maximumFractionDigits: places ? places[1].length + places[2].length : 3,
  });
}

export const words = new Words();
export const say = words.say.bind(words);
