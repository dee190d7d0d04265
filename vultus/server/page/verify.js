// The page that asks the server where a file comes from.

import { refusal } from "./lines.js";

const $ = (id) => document.getElementById(id);
const TITLES = {
  intact: "Made with Vultus", marked: "Carries our watermark", broken: "Altered after signing", nothing: "Nothing found",
};
const LIKENESS = { virtual: "nobody real", self: "the maker", consented: "somebody who agreed", unstated: "not stated" };

async function look(files) {
  const all = [...files], sidecar = all.find((one) => one.name.endsWith(".c2pa")), file = all.find((one) => one !== sidecar);
  if (!file) return;
  const form = new FormData(), begun = performance.now();
  form.append("file", file);
  if (sidecar) form.append("sidecar", sidecar);
  $("answer").hidden = true;
  $("pick").disabled = true;
  const tick = setInterval(() => {
    const seconds = Math.round((performance.now() - begun) / 1000);
    $("progress").textContent = `Looking at ${file.name}, ${seconds} s. ${seconds > 4 ? "Marks are searched everywhere in the pictures, which takes a while." : ""}`;
  }, 500);
  try {
    const answer = await fetch("/v1/verify", { method: "POST", body: form });
    if (!answer.ok) throw await refusal(answer);
    show(await answer.json());
  } catch (problem) {
    show({ answer: "refused", words: problem.message, manifest: {}, mark: {} });
  } finally {
    clearInterval(tick);
    $("progress").textContent = "";
    $("pick").disabled = false;
  }
}

function show(found) {
  $("answer").className = `answer ${found.answer}`;
  $("kind").textContent = TITLES[found.answer] || "That could not be looked at";
  $("words").textContent = found.words;
  $("facts").replaceChildren(...facts(found).flatMap(([name, value]) => {
    const term = document.createElement("dt"), detail = document.createElement("dd");
    term.textContent = name;
    detail.textContent = value;
    return [term, detail];
  }));
  $("answer").hidden = false;
  $("answer").focus();
}

function facts({ manifest, mark }) {
  const rows = [];
  if (manifest.state) rows.push(["Manifest", manifest.state.toLowerCase()]);
  if (manifest.made) rows.push(["Made with", `${manifest.made} ${manifest.version}`]);
  if (manifest.when) rows.push(["When", new Date(manifest.when).toLocaleString()]);
  if (manifest.signer) rows.push(["Signed by", manifest.signer]);
  if (manifest.likeness) rows.push(["Shows", LIKENESS[manifest.likeness] || manifest.likeness]);
  if (manifest.note) rows.push(["Note", manifest.note]);
  if (manifest.failures?.length) rows.push(["What failed", manifest.failures.join(", ")]);
  if (mark.payload) {
    rows.push(["Watermark", `number ${mark.payload}`], ["Sure of the number", `${Math.round(mark.confidence * 100)} %`]);
    rows.push(["Chance of a false find", mark.chance < 1e-15 ? "under 1e-15" : mark.chance.toExponential(0)]);
    rows.push(["Pictures looked at", mark.pictures]);
  }
  return rows;
}

$("pick").addEventListener("click", () => $("file").click());
$("file").addEventListener("change", () => { look($("file").files); $("file").value = ""; });
addEventListener("dragover", (event) => { event.preventDefault(); $("pick").classList.add("over"); });
addEventListener("dragleave", (event) => { if (!event.relatedTarget) $("pick").classList.remove("over"); });
addEventListener("drop", (event) => {
  event.preventDefault();
  $("pick").classList.remove("over");
  look(event.dataTransfer.files);
});
