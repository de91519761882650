/* Shortcuts of the review pages. Everything they do, a link, a button or a field does too. */
"use strict";

(() => {
    const OFF = "watchlink-no-shortcuts";
    const help = document.getElementById("wl-shortcuts");
    const form = document.getElementById("wl-decision");
    const single = document.getElementById("wl-single-keys");

    function follow(key) {
        const link = document.querySelector(`a[data-key="${key}"]`);
        if (link) link.click();
    }

    function move(step) {
        const links = [...document.querySelectorAll("a[data-row]")];
        if (!links.length) return false;
        const at = links.indexOf(document.activeElement);
        const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step;
        if (links[next]) links[next].focus();
        return true;
    }

    /* Offer the reasons that speak for the chosen verdict. */
    function fit() {
        const chosen = form.querySelector("input[name=verdict]:checked");
        const reason = form.querySelector("select[name=reason]");
        for (const option of reason.options) {
            const fits = !option.value || !chosen || option.dataset.fits.split(" ").includes(chosen.value);
            option.hidden = option.disabled = !fits;
            if (!fits && option.selected) reason.value = "";
        }
        return reason;
    }

    function choose(number) {
        const verdict = form && form.querySelector(`input[data-number="${number}"]`);
        if (!verdict || verdict.disabled) return false;
        verdict.checked = true;
        fit().focus();
        return true;
    }

    function typing(element) {
        return element.matches("textarea, select, input:not([type=radio]):not([type=checkbox]), [contenteditable]");
    }

    function pressed(event) {
        if (event.altKey || event.metaKey || event.isComposing) return;
        if (event.key === "Enter" && form && form.contains(event.target)) {
            /* A new line is Enter in the note; to save from there takes Ctrl. */
            if (event.ctrlKey || event.target.matches("select, input[type=radio]")) {
                event.preventDefault();
                form.requestSubmit();
            }
            return;
        }
        if (event.ctrlKey || typing(event.target) || (help && help.open)) return;
        if (localStorage.getItem(OFF)) return;
        const done = {
            "?": () => help && (help.showModal(), true),
            j: () => follow("j") || move(1),
            k: () => follow("k") || move(-1),
            u: () => follow("u"),
            n: () => {
                const note = document.getElementById("id_note");
                return note && (note.focus(), true);
            },
        }[event.key] || (/^[1-5]$/.test(event.key) ? () => choose(event.key) : null);
        if (done && done() !== false) event.preventDefault();
    }

    document.addEventListener("keydown", pressed);
    if (form) {
        form.addEventListener("change", (event) => event.target.name === "verdict" && fit());
        fit();
    }
    for (const button of document.querySelectorAll("[data-opens]")) {
        button.addEventListener("click", () => document.getElementById(button.dataset.opens).showModal());
    }
    for (const box of document.querySelectorAll("input[data-checks]")) {
        box.addEventListener("change", () => {
            for (const other of document.querySelectorAll(box.dataset.checks)) other.checked = box.checked && !other.disabled;
        });
    }
    if (single) {
        single.checked = !localStorage.getItem(OFF);
        single.addEventListener("change", () => (single.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
    }
})();
