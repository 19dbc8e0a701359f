// Five answers in, the weeks that fit out. The rule is the one that course_lib/curriculum/chooser.py states; the table came from there.

/** The first row of which every tag was answered. */
const pick = (rows, tags) => rows.find((row) => row.when.every((tag) => tags.includes(tag))).says;

/** The five tags, in the order of the questions. -> the lines of the advice: baseline, weeks, notes */
export function advise(table, tags) {
  const [shape, , , task] = tags;
  const scored = table.rules
    .filter((rule) => shape in rule.weights && task in rule.weights && !tags.some((tag) => rule.never.includes(tag)))
    .map((rule) => ({ rule, points: tags.reduce((sum, tag) => sum + (rule.weights[tag] ?? 0), 0) }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points || (a.rule.week < b.rule.week ? -1 : 1));
  const best = scored.filter(({ points }) => 2 * points >= scored[0].points).slice(0, table.most);
  const named = best.map(({ rule }, at) => {
    const { number, name, title, written } = table.weeks[rule.week];
    const planned = written ? "" : ", planned, not written yet";
    return `${at + 1}. Week ${number} (${name}${planned}), ${title}: ${pick(rule.reasons, tags)}`;
  });
  const notes = table.notes.filter((row) => row.when.every((tag) => tags.includes(tag))).map((row) => row.says);
  return [pick(table.baselines, tags), ...named, ...notes];
}

function make(tag, text = "", attributes = {}) {
  const node = document.createElement(tag);
  node.textContent = text;
  for (const name in attributes) node.setAttribute(name, attributes[name]);
  return node;
}

function render({ model, el }) {
  const table = model.get("data");
  const root = make("div", "", {
    class: "course-explorer week-chooser",
    role: "group",
    "aria-label": "Which week do I need?",
  });
  const form = root.appendChild(make("div", "", { class: "wc-questions" }));
  const selects = table.questions.map((question) => {
    const label = form.appendChild(make("label"));
    label.append(make("span", question.asks));
    const select = label.appendChild(make("select", "", { name: question.name }));
    for (const tag in question.answers) select.append(make("option", question.answers[tag], { value: tag }));
    select.dataset.lmSuppressShortcuts = "true"; // its keys stay here and do not move the notebook's cells
    return select;
  });
  const status = root.appendChild(make("div", "", { role: "status" }));

  const redraw = () => {
    const tags = model.get("answers");
    selects.forEach((select, at) => (select.value = tags[at]));
    const lines = advise(table, tags);
    status.replaceChildren(...lines.map((line) => make("p", line, /^1\. /.test(line) ? { class: "wc-first" } : {})));
  };
  form.addEventListener("change", () => {
    model.set(
      "answers",
      selects.map((select) => select.value),
    );
    model.save_changes();
  });
  model.on("change:answers", redraw);
  el.append(root);
  redraw();
  return () => {
    model.off("change:answers", redraw);
    root.remove();
  };
}

export default { render };
