// Runs before the page is drawn, so that it is not drawn in the wrong colours first.
document.documentElement.dataset.theme = localStorage.getItem("theme") ?? "system";
