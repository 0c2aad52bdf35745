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
    group.hidden = !(wanted ? wanted.split(",").some((value) => given.includes(value)) : given.length > 0);
  }
}

// What is hidden is left out as the form is sent. It is not disabled: the browser's Back would not fill it in again.
function leaveOut(event) {
  for (const control of event.target.querySelectorAll("[data-when][hidden] [name]")) event.formData.delete(control.name);
}

export function startWhen(scope) {
  for (const form of scope.querySelectorAll("form")) {
    if (!form.querySelector("[data-when]") || form.dataset.whenStarted) continue;
    form.dataset.whenStarted = "yes";
    form.addEventListener("change", () => show(form));
    form.addEventListener("formdata", leaveOut);
    window.addEventListener("pageshow", () => show(form)); // Back has filled in what was typed
    show(form);
  }
}
