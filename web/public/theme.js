// Runs before the first paint, so that the page never flashes in the other theme. Kept out of the bundle
// because modules load too late, and in a file of its own because the security policy forbids inline scripts.
(function () {
  var choice = "system";
  try {
    choice = JSON.parse(localStorage.getItem("trunkline.preferences") || "{}").theme || choice;
  } catch {
    // Storage is closed to us, or holds something else: follow the system.
  }
  var dark = choice === "dark" || (choice === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
