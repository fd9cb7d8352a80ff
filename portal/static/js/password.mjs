// Lets people look at a password that they type; it is hidden again when the form is sent.

function addSwitch(input) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "second reveal";
  button.setAttribute("aria-controls", input.id);
  const show = (shown) => {
    input.type = shown ? "text" : "password";
    button.textContent = shown ? input.dataset.hide : input.dataset.show;
  };
  button.addEventListener("click", () => show(input.type === "password"));
  input.form.addEventListener("submit", () => show(false));
  show(false);
  input.after(button);
}

document.querySelectorAll("input[data-show]").forEach(addSwitch);
