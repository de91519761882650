// A file may be dropped anywhere on its frame; one that is too large is refused before it is sent.
"use strict";
const frame = document.querySelector(".wl-drop");
const chosen = document.getElementById("upload-file");
const refusal = document.getElementById("upload-refusal");
if (frame && chosen) {
    const check = () => {
        const file = chosen.files[0];
        const large = Boolean(file) && file.size > Number(chosen.dataset.mostBytes);
        refusal.hidden = !large;
        refusal.textContent = large ? chosen.dataset.tooLarge : "";
        chosen.setCustomValidity(large ? chosen.dataset.tooLarge : "");
    };
    chosen.addEventListener("change", check);
    for (const kind of ["dragenter", "dragover"]) {
        frame.addEventListener(kind, (event) => {
            event.preventDefault();
            frame.classList.add("wl-over");
        });
    }
    for (const kind of ["dragleave", "drop"]) {
        frame.addEventListener(kind, () => frame.classList.remove("wl-over"));
    }
    frame.addEventListener("drop", (event) => {
        event.preventDefault();
        if (event.dataTransfer.files.length) {
            chosen.files = event.dataTransfer.files;
            check();
        }
    });
}
