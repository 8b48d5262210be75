// Every emoji, by name: loaded when it is first asked for.

import { emojiTone } from "./shelf.js";

const TONES = ["", "🏻", "🏼", "🏽", "🏾", "🏿"];

class Emoji {
  /** As `assets/emoji.rs` writes it. */
  constructor([glyph, codes, shown = "", takesTone = 0]) {
    this.glyph = glyph;
    this.codes = codes ? codes.split(" ") : [];
    this.name = shown || (this.codes[0] ?? glyph).replaceAll("_", " ");
    this.takesTone = Boolean(takesTone);
    this.words = [...this.codes, ...this.name.split(/[\s:,]+/)].map((word) => word.toLowerCase());
  }

  /** In the skin tone that one has chosen. */
  get toned() {
    const tone = this.takesTone ? TONES[emojiTone()] : "";
    return tone ? this.glyph.replace(/(\p{Emoji_Modifier_Base})\ufe0f?/gu, `$1${tone}`) : this.glyph;
  }

  /** How well it fits: the beginning of its name, of a word, or the middle of a name; or not. */
  fit(typed) {
    if (this.codes.some((code) => code === typed)) return 0;
    if (this.codes.some((code) => code.startsWith(typed))) return 1;
    const words = [...this.words, ...this.codes.flatMap((code) => code.split("_"))];
    if (words.some((word) => word.startsWith(typed))) return 2;
    return this.codes.some((code) => code.includes(typed)) ? 3 : Infinity;
  }
}

let loading = null;

/** Their groups, as `[name, emoji]`. */
export function groups() {
  loading ??= load();
  return loading;
}

async function load() {
  try {
    const answer = await fetch(document.getElementById("emoji-picker").dataset.source);
    if (!answer.ok) throw new Error(`emoji: ${answer.status}`);
    const read = await answer.json();
    return read.map(([name, entries]) => [name, entries.map((entry) => new Emoji(entry))]);
  } catch (failure) {
    loading = null;
    throw failure;
  }
}

/** Those that fit what is typed, the best first. */
export async function search(typed) {
  const all = (await groups()).flatMap(([, emoji]) => emoji);
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const fit = (emoji) => Math.max(...words.map((word) => emoji.fit(word)));
  return all
    .map((emoji) => ({ emoji, fit: fit(emoji) }))
    .filter(({ fit }) => fit < Infinity)
    .toSorted((one, other) => one.fit - other.fit)
    .map(({ emoji }) => emoji);
}
