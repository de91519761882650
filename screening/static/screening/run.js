// Follow a run: ask how far it is, move the bar, and read the page again when it is over.
"use strict";
const progress = document.getElementById("progress");
const follow = async () => {
    try {
        const answer = await fetch(progress.dataset.address, {headers: {Accept: "application/json"}});
        if (answer.ok) {
            const told = await answer.json();
            document.getElementById("progress-bar").value = told.percent;
            document.getElementById("progress-said").textContent = `${told.said}.`;
            document.getElementById("progress-state").textContent = told.state;
            if (told.over) {
                location.reload();
                return;
            }
        }
    } catch {
        // The server may be restarting; the next question tells.
    }
    setTimeout(follow, 1000);
};
if (progress && progress.dataset.address) setTimeout(follow, 500);
