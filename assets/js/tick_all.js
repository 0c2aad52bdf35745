// A button that ticks every box of one name in its form, or clears them. Shown only where this script runs.
for (const button of document.querySelectorAll("[data-tick-all]")) {
  const boxes = [...button.form.querySelectorAll(`input[type=checkbox][name="${button.dataset.tickAll}"]`)];
  const words = button.textContent;
  button.parentElement.hidden = false;
  button.addEventListener("click", () => {
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !all;
    button.textContent = all ? words : "Clear all ticks";
  });
}
