// A page that tells how far something is, looked at again from time to time while it is visible.
const told = document.querySelector("[data-reload]");
if (told) {
  const seconds = Number(told.dataset.reload) || 3;
  setInterval(() => document.hidden || location.reload(), seconds * 1000);
}
