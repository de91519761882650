/* Draws the ownership around one company. The tables below the drawing, written by the server, say the same. */
"use strict";

(() => {
    const box = document.getElementById("wl-graph-box");
    if (!box || !window.cytoscape) return;

    const facts = JSON.parse(document.getElementById("wl-graph-data").textContent);
    const find = (id) => document.getElementById(id);
    const [canvas, slide, around, status] = ["wl-graph", "wl-slide", "wl-around", "wl-graph-said"].map(find);
    const still = window.matchMedia("(prefers-reduced-motion: reduce)");
    // Pixels of a party's box and between boxes, layers and the rows of one layer.
    const WIDE = 156, HIGH = 62, GAP = 18, LAYER = 86, ROW = 44;
    // From this many alike neighbours on, one box stands for all until it is opened.
    const MANY = 9;
    const KINDS = { shareholding: "", consolidation: "consolidated", control: "control", branch: "branch", affiliate: "affiliate" };
    const kindOf = new Map(facts.kinds.flatMap((kind) => kind.measures.map((code) => [code, kind])));

    const state = { on: facts.on, expand: [], opened: new Set(), chosen: "", shown: null, days: [] };
    let asking = null;

    // What is asked of the server.

    const asked = () => {
        const terms = new URLSearchParams({ as_of: state.on, depth: facts.depth, direction: facts.direction });
        state.expand.forEach((party) => terms.append("expand", party));
        return terms;
    };

    const answered = async (address, signal) => {
        const answer = await fetch(address, { signal, credentials: "same-origin" });
        if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
        return answer;
    };

    const load = async (alsoTables) => {
        asking?.abort();
        asking = new AbortController();
        const { signal } = asking;
        const terms = asked();
        status.textContent = "Loading …";
        try {
            const [graph, tables] = await Promise.all([
                answered(`${facts.api}?${terms}&limit=${facts.limit}`, signal).then((answer) => answer.json()),
                alsoTables ? answered(`${facts.around}?${terms}`, signal).then((answer) => answer.text()) : null,
            ]);
            if (tables !== null) around.replaceChildren(...new DOMParser().parseFromString(tables, "text/html").body.childNodes);
            state.shown = graph;
            setSlider(graph.days);
            tell();
            draw();
            if (alsoTables) history.replaceState(null, "", `?${terms}${location.hash}`);
        } catch (problem) {
            if (problem.name !== "AbortError") status.textContent = `This day could not be loaded: ${problem.message}.`;
        }
    };

    const tell = () => {
        const { nodes, edges, whole, as_of: day } = state.shown;
        const count = (number, noun, plural) => `${number} ${number === 1 ? noun : plural}`;
        const cut = whole ? "" : ", more are not shown";
        status.textContent = `${count(nodes.length, "party", "parties")}, ${count(edges.length, "edge", "edges")} on ${day}${cut}`;
        around.querySelectorAll(".wl-expand").forEach((button) => { button.hidden = false; });
        const section = find("timeline-section");
        if (!section) return;
        const [first, last, now] = [section.dataset.first, section.dataset.last, day].map(Date.parse);
        const at = `${Math.max(0, Math.min(100, (100 * (now - first)) / (last - first)))}%`;
        section.querySelectorAll(".wl-now").forEach((line) => { line.setAttribute("x1", at); line.setAttribute("x2", at); });
    };

    const setSlider = (days) => {
        state.days = [...new Set([...days, facts.today, facts.on, state.on])].sort();
        slide.max = state.days.length - 1;
        slide.value = state.days.indexOf(state.on);
        slide.setAttribute("aria-valuetext", state.on);
        find("wl-slide-day").textContent = state.on;
        find("wl-slide-first").textContent = state.days[0];
        find("wl-slide-last").textContent = state.days.at(-1);
    };

    // What is drawn: parties, and boxes that stand for many alike.

    const kindsOf = (node) => facts.kinds.filter((kind) => node.measures.some((code) => kindOf.get(code) === kind));
    const short = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
    const marks = (kinds, more) => {
        const said = [kinds.length ? `[${kinds.map((kind) => kind.letter).join(" ")}]` : "", more ? `+${more}` : ""].filter(Boolean);
        return said.length ? `\n${said.join(" ")}` : "";
    };

    const wording = (edge, shares) => {
        const kind = KINDS[edge.kind] ?? edge.kind;
        const unstated = edge.share_min === null && edge.share_max === null;
        const share = shares ?? (unstated && kind ? "" : edge.share);
        return [kind, share].filter(Boolean).join(" ") + (edge.in_force ? "" : `, ended\n${edge.end}`);
    };

    // Neighbours of one party that have no other tie, and that the page would say the same of.
    const grouped = (nodes, edges) => {
        const met = new Map(nodes.map((node) => [node.id, []]));
        edges.forEach((edge) => { met.get(edge.owner)?.push(edge); met.get(edge.asset)?.push(edge); });
        const groups = new Map();
        nodes.forEach((node) => {
            const ties = met.get(node.id);
            const anchors = new Set(ties.map((edge) => (edge.owner === node.id ? edge.asset : edge.owner)));
            if (!node.distance || anchors.size !== 1 || state.expand.includes(node.id)) return;
            const [anchor] = anchors;
            const letters = kindsOf(node).map((kind) => kind.letter).join("");
            const kinds = [...new Set(ties.map((edge) => `${edge.kind} ${edge.in_force}`))].sort().join();
            const key = [anchor, node.distance, kinds, letters].join("|");
            if (!groups.has(key)) groups.set(key, { key, anchor, members: [], ties: [] });
            groups.get(key).members.push(node);
            groups.get(key).ties.push(...ties);
        });
        return [...groups.values()].filter((group) => group.members.length >= MANY && !state.opened.has(group.key));
    };

    const bounds = (edges) => {
        const shares = edges.flatMap((edge) => [edge.share_min, edge.share_max]);
        if (shares.some((share) => share === null)) return undefined;
        const [least, most] = [Math.min(...shares), Math.max(...shares)];
        return least === most ? `${least} %` : `${least}–${most} %`;
    };

    const elements = () => {
        const { nodes, edges } = state.shown;
        const places = new Map(nodes.map((node) => [node.id, node.distance]));
        const hidden = new Map(), parts = [], lines = new Map();
        const keep = (drawn) => lines.set([drawn.data.source, drawn.data.target, drawn.classes, drawn.data.atTarget, drawn.data.atSource].join("|"), drawn);
        grouped(nodes, edges).forEach(({ key, anchor, members, ties }) => {
            const id = `many:${key}`, [node] = members, kinds = kindsOf(node);
            members.forEach((member) => hidden.set(member.id, id));
            places.set(id, node.distance);
            parts.push({ data: { id, many: key, distance: node.distance, kind: kinds[0]?.kind ?? "", label: `${members.length} companies${marks(kinds)}\npress to open` } });
            const alike = new Map();
            ties.forEach((edge) => {
                const sort = `${edge.kind}|${edge.in_force}|${edge.owner === anchor}`;
                alike.set(sort, [...(alike.get(sort) ?? []), edge]);
            });
            alike.forEach((held) => {
                const [edge] = held;
                const ends = edge.owner === anchor ? { source: anchor, target: id } : { source: id, target: anchor };
                const days = new Set(held.map((one) => one.end));
                keep(line({ ...edge, ...ends }, wording({ ...edge, end: days.size > 1 ? "" : edge.end }, bounds(held)), places));
            });
        });
        nodes.filter((node) => !hidden.has(node.id)).forEach((node) => {
            const kinds = kindsOf(node), root = node.id === rootOf(nodes).id;
            const data = { id: node.id, distance: node.distance, kind: kinds[0]?.kind ?? "", label: `${short(node.caption, 54)}${marks(kinds, node.hidden)}` };
            parts.push({ data, classes: [root ? "root" : "", node.caption.includes(" ") ? "" : "unspaced"].join(" ") });
        });
        edges.filter((edge) => !hidden.has(edge.owner) && !hidden.has(edge.asset)).forEach((edge) => {
            keep(line({ ...edge, source: edge.owner, target: edge.asset }, wording(edge), places));
        });
        state.hidden = hidden;
        // Several sources may say the same of two parties: it is drawn once, and the table has each.
        return [...parts, ...lines.values()];
    };

    const rootOf = (nodes) => nodes.find((node) => node.distance === 0);

    // A label stands at the end that is farther from the company, where lines have fanned out.
    const line = (edge, label, places) => {
        const outward = Math.abs(places.get(edge.target)) >= Math.abs(places.get(edge.source));
        return {
            data: { source: edge.source, target: edge.target, kind: edge.kind, atTarget: outward ? label : "", atSource: outward ? "" : label },
            classes: [edge.kind, edge.in_force ? "" : "ended"].join(" "),
        };
    };

    // Where it is drawn: owners above, holdings below, each layer in as many rows as the page is wide.

    const positions = (parts) => {
        const boxes = parts.filter((part) => !part.data.source).map((part) => part.data);
        const near = new Map(boxes.map((box) => [box.id, []]));
        parts.filter((part) => part.data.source).forEach(({ data }) => { near.get(data.source)?.push(data.target); near.get(data.target)?.push(data.source); });
        const each = Math.max(2, Math.floor((canvas.clientWidth - GAP) / (WIDE + GAP)));
        const layers = [...new Set(boxes.map((box) => box.distance))].sort((one, other) => Math.abs(one) - Math.abs(other));
        const at = new Map(), rows = new Map();
        layers.forEach((layer) => {
            const mean = (box) => {
                const known = near.get(box.id).map((id) => at.get(id)?.x).filter((x) => x !== undefined);
                return known.length ? known.reduce((sum, x) => sum + x, 0) / known.length : 0;
            };
            const held = boxes.filter((box) => box.distance === layer).map((box) => [mean(box), box]);
            held.sort((one, other) => one[0] - other[0] || one[1].label.localeCompare(other[1].label));
            rows.set(layer, Math.ceil(held.length / each));
            held.forEach(([, box], place) => {
                const inRow = Math.min(each, held.length - Math.floor(place / each) * each);
                at.set(box.id, { x: ((place % each) - (inRow - 1) / 2) * (WIDE + GAP), row: Math.floor(place / each) });
            });
        });
        let y = 0;
        [...layers].sort((one, other) => one - other).forEach((layer) => {
            boxes.filter((box) => box.distance === layer).forEach((box) => { at.get(box.id).y = y + at.get(box.id).row * (HIGH + ROW); });
            y += rows.get(layer) * (HIGH + ROW) - ROW + LAYER;
        });
        return at;
    };

    const look = () => {
        const css = getComputedStyle(box);
        const value = (name) => css.getPropertyValue(`--wl-${name}`).trim();
        const [ink, edge, control, affiliate, ended, behind] = ["ink", "edge", "edge-control", "edge-affiliate", "ended", "canvas"].map(value);
        const label = { "font-size": 12, color: ink, "text-background-color": behind, "text-background-opacity": 1, "text-background-padding": 2, "text-wrap": "wrap" };
        const paint = (colour, shape) => ({ "line-color": colour, "target-arrow-color": colour, "target-arrow-shape": shape });
        return [
            { selector: "node", style: { shape: "round-rectangle", width: WIDE, height: HIGH, label: "data(label)", "text-wrap": "wrap", "text-max-width": WIDE - 12, "text-valign": "center", "font-size": 12, color: ink, "background-color": value("node"), "border-width": 1, "border-color": edge } },
            ...facts.kinds.map((kind) => ({ selector: `node[kind = "${kind.kind}"]`, style: { "background-color": value(`kind-${kind.kind}`), "border-width": 2 } })),
            { selector: "node.unspaced", style: { "text-overflow-wrap": "anywhere" } },
            { selector: "node[many]", style: { "border-style": "double", "border-width": 5 } },
            { selector: "node.root", style: { "border-width": 4, "font-weight": "bold" } },
            { selector: "node.chosen", style: { "border-color": control, "border-width": 5 } },
            { selector: "edge", style: { "curve-style": "bezier", "control-point-step-size": 130, width: 2, "target-label": "data(atTarget)", "source-label": "data(atSource)", "target-text-offset": 36, "source-text-offset": 36, ...label, ...paint(edge, "triangle") } },
            { selector: "edge.consolidation, edge.control, edge.branch", style: paint(control, "diamond") },
            { selector: "edge.affiliate", style: { ...paint(affiliate, "circle"), "line-style": "dotted" } },
            { selector: "edge.ended", style: { ...paint(ended, "triangle"), "line-style": "dashed" } },
        ];
    };

    let cy = null;

    const draw = () => {
        const parts = elements();
        const at = positions(parts);
        const heights = [...at.values()].map((place) => place.y);
        const tall = Math.max(...heights) - Math.min(...heights) + HIGH + 40;
        const room = Math.max(320, Math.round(window.innerHeight * 0.75));
        canvas.style.height = `${Math.max(150, Math.min(tall, room))}px`;
        cy ??= started();
        cy.elements().remove();
        cy.add(parts.map((part) => (part.data.source ? part : { ...part, position: { x: at.get(part.data.id).x, y: at.get(part.data.id).y } })));
        cy.resize();
        cy.userPanningEnabled(tall > room);
        if (tall > room) {
            // From the top, as one reads; where the company itself would be out of sight, around it.
            const top = Math.min(...heights), own = cy.$(".root").position("y");
            cy.viewport({ zoom: 1, pan: { x: cy.width() / 2, y: (own - top < room - 2 * HIGH ? HIGH - top : room / 2 - own) } });
        } else {
            cy.fit(undefined, 16);
            if (cy.zoom() > 1) { cy.zoom(1); cy.center(); }
        }
        legend(parts);
        box.querySelector('[data-tool="close"]').hidden = state.opened.size === 0;
        choose(cy.getElementById(state.chosen).nonempty() ? state.chosen : "", false);
    };

    const legend = (parts) => {
        const present = new Set(parts.map((part) => part.data.kind)), list = find("wl-legend");
        list.querySelectorAll(".wl-kind-item").forEach((item) => item.remove());
        const held = facts.kinds.filter((kind) => present.has(kind.kind) || state.shown.nodes.some((node) => kindsOf(node).includes(kind)));
        list.prepend(...held.map((kind) => {
            const item = document.createElement("li"), sign = document.createElement("span"), letter = document.createElement("b");
            item.className = "wl-kind-item";
            sign.className = `wl-kind wl-kind-${kind.kind}`;
            letter.textContent = kind.letter;
            sign.append(letter, ` ${kind.label}`);
            item.append(sign);
            return item;
        }));
    };

    const started = () => {
        const made = window.cytoscape({ container: canvas, style: look(), layout: { name: "preset" }, autoungrabify: true, boxSelectionEnabled: false, userZoomingEnabled: false, minZoom: 0.2, maxZoom: 2.5 });
        made.on("tap", "node", (event) => {
            const { many, id } = event.target.data();
            if (many) open(many); else choose(id, false);
        });
        made.on("dbltap", "node", (event) => { if (!event.target.data("many")) expand(event.target.id()); });
        return made;
    };

    // What a person does: choose a party, see what is around it, open what stands for many, move through days.

    const open = (key) => {
        state.opened.add(key);
        draw();
        choose(state.chosen, true);
    };

    const expand = (party) => {
        if (state.expand.includes(party)) return;
        state.expand.push(party);
        state.chosen = party;
        load(true);
    };

    const choose = (party, move) => {
        state.chosen = party;
        const node = state.shown.nodes.find((row) => row.id === party), panel = find("wl-chosen");
        const drawn = cy.getElementById(state.hidden.get(party) ?? party);
        cy.nodes().removeClass("chosen");
        around.querySelectorAll("tr.wl-marked").forEach((row) => row.classList.remove("wl-marked"));
        panel.hidden = !node;
        if (!node) return;
        drawn.addClass("chosen");
        around.querySelector(`tr[data-party="${CSS.escape(party)}"]`)?.classList.add("wl-marked");
        find("wl-chosen-name").textContent = node.caption;
        const listed = kindsOf(node).map((kind) => kind.label).join(", ");
        find("wl-chosen-said").textContent = (listed ? `listed on ${state.shown.as_of}: ${listed}` : `on no list searched on ${state.shown.as_of}`) + (node.hidden ? `; ${node.hidden} more around it` : "");
        find("wl-chosen-expand").hidden = !node.hidden || state.expand.includes(party);
        find("wl-chosen-page").href = `${pageOf(party)}?as_of=${state.on}`;
        if (move && drawn.nonempty() && cy.userPanningEnabled()) cy.animate({ center: { eles: drawn }, duration: still.matches ? 0 : 200 });
    };

    // The admin writes an id's underscores as _5F.
    const pageOf = (party) => facts.page.replace("ID", party.replaceAll("_", "_5F"));

    const towards = (key) => {
        const from = cy.getElementById(state.hidden.get(state.chosen) ?? state.chosen);
        if (from.empty()) return rootOf(state.shown.nodes).id;
        const { x, y } = from.position();
        const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
        const ahead = cy.nodes().toArray().map((node) => {
            const [along, across] = dx ? [(node.position("x") - x) * dx, node.position("y") - y] : [(node.position("y") - y) * dy, node.position("x") - x];
            return { node, along, cost: along + 3 * Math.abs(across) };
        }).filter((one) => one.along > 1).sort((one, other) => one.cost - other.cost);
        return ahead[0]?.node.id() ?? state.chosen;
    };

    canvas.addEventListener("keydown", (event) => {
        if (!cy || !state.shown) return;
        if (event.key.startsWith("Arrow")) {
            const id = towards(event.key);
            const many = cy.getElementById(id).data("many");
            choose(many ? [...state.hidden].find(([, held]) => held === id)[0] : id, true);
        } else if (event.key === "Enter" && state.chosen) {
            const held = state.hidden.get(state.chosen);
            if (held) open(cy.getElementById(held).data("many")); else expand(state.chosen);
        } else return;
        event.preventDefault();
    });

    around.addEventListener("focusin", (event) => {
        const row = event.target.closest("#wl-parties tr[data-party]");
        // A press of the mouse focuses too: showing the panel then would move what is pressed from under it.
        if (row && cy && state.shown && event.target.matches(":focus-visible")) choose(row.dataset.party, true);
    });
    around.addEventListener("keydown", (event) => {
        const row = event.target.closest("#wl-parties tr[data-party]");
        const next = { ArrowDown: row?.nextElementSibling, ArrowUp: row?.previousElementSibling }[event.key];
        if (!next) return;
        next.querySelector("a").focus();
        event.preventDefault();
    });
    around.addEventListener("click", (event) => {
        if (event.target.closest(".wl-expand")) expand(event.target.closest("tr").dataset.party);
    });
    find("wl-chosen-expand").addEventListener("click", () => expand(state.chosen));
    box.querySelector(".wl-graph-tools").addEventListener("click", (event) => {
        const tool = event.target.closest("[data-tool]")?.dataset.tool;
        if (tool === "close") { state.opened.clear(); draw(); return; }
        if (tool === "fit") cy.fit(undefined, 16);
        else if (tool) cy.zoom({ level: cy.zoom() * (tool === "in" ? 1.25 : 0.8), renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
        if (tool) cy.userPanningEnabled(true);
    });

    let waiting = 0;
    slide.addEventListener("input", () => {
        state.on = state.days[slide.value];
        slide.setAttribute("aria-valuetext", state.on);
        find("wl-slide-day").textContent = state.on;
        find("wl-day").value = state.on;
        clearTimeout(waiting);
        waiting = setTimeout(() => load(true), 150);
    });

    new MutationObserver(() => cy?.style(look())).observe(document.documentElement, { attributeFilter: ["class"] });
    let width = 0;
    new ResizeObserver(() => {
        if (cy && state.shown && canvas.clientWidth !== width) draw();
        width = canvas.clientWidth;
    }).observe(canvas);

    box.hidden = false;
    width = canvas.clientWidth;
    load(false);
})();
