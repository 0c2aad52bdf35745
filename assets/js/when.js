// A question that applies only with some answers to another one: `data-when="kind:CUSTODY,PRISON"`, or `data-when="kind"`
// for any answer. Where it does not apply it is hidden and not sent. Without this script all questions are shown.
function answer(form, name) {
  const given = new FormData(form).getAll(name).map(String).filter(Boolean);
  return given;
}

function show(form) {
  for (const group of form.querySelectorAll("[data-when]")) {
    const [name, wanted] = group.dataset.when.split(":");
    const given = answer(form, name);
    const applies = wanted ? wanted.split(",").some((value) => given.includes(value)) : given.length > 0;
    group.hidden = !applies;
    for (const control of group.querySelectorAll("input, select, textarea")) control.disabled = !applies;
  }
}

export function startWhen(scope) {
  for (const form of scope.querySelectorAll("form")) {
    if (!form.querySelector("[data-when]") || form.dataset.whenStarted) continue;
    form.dataset.whenStarted = "yes";
    form.addEventListener("change", () => show(form));
    show(form);
  }
}
