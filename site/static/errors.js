// On the pages of errors and errata: a field to paste an error into. The rows that share its rarest words stay.
document.addEventListener("DOMContentLoaded", () => {
  if (!/(ERRATA|MIGRATION)\.html/.test(location.pathname)) return;
  const found = (text) => [...text.toLowerCase().matchAll(/[a-z_]{2,}|(?=([\u4e00-\u9fff]{2}))/g)]; // words, pairs of 汉字
  const split = (text) => new Set(found(text).map(([word, pair]) => pair || word));
  const rows = [...document.querySelectorAll("article tbody tr")].map((row) => ({ row, words: split(row.textContent) }));
  const weight = (word) => Math.log(1 + rows.length / (1 + rows.filter(({ words }) => words.has(word)).length));
  const field = document.createElement("input");
  field.className = "find";
  field.type = "search";
  field.placeholder = document.documentElement.lang.startsWith("zh") ? "粘贴错误信息，或输入几个词" : "paste an error, or some of its words";
  field.setAttribute("aria-label", field.placeholder);
  document.querySelector("article h1").after(field);
  field.addEventListener("input", () => {
    const asked = [...split(field.value)].map((word) => [word, weight(word)]);
    const points = rows.map(({ words }) => asked.reduce((sum, [word, value]) => sum + (words.has(word) ? value : 0), 0));
    const best = Math.max(...points);
    rows.forEach(({ row }, place) => (row.hidden = asked.length > 0 && (best === 0 || points[place] < 0.7 * best)));
  });
});
