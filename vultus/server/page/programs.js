// The OpenAPI description as a page: each route, what it takes and what it gives.

const place = document.getElementById("routes");

function part(tag, className, ...content) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

function fields(description, operation) {
  const found = (operation.parameters || []).map((one) => [one.name, one.in, one.required, one.description]);
  for (const [kind, { schema }] of Object.entries(operation.requestBody?.content || {})) {
    const body = description.components.schemas[schema.$ref?.split("/").pop()] || schema;
    for (const [name, one] of Object.entries(body.properties || {})) {
      found.push([name, kind === "multipart/form-data" ? "form" : kind, body.required?.includes(name), one.description]);
    }
  }
  return found;
}

function route(description, path, method, operation) {
  const made = part("article", "route", part("h3", "", part("b", method, method.toUpperCase()), part("code", "", path)));
  made.append(part("p", "words", operation.description || operation.summary));
  const list = part("dl", "facts");
  for (const [name, where, required, words] of fields(description, operation)) {
    list.append(part("dt", "", part("code", "", name)), part("dd", "", [where, required && "required", words].filter(Boolean).join(", ")));
  }
  const good = Object.keys(operation.responses).filter((status) => status < 300);
  list.append(part("dt", "", "gives"), part("dd", "", good.join(", ")));
  made.append(list);
  return made;
}

async function show() {
  const description = await (await fetch("/openapi.json")).json();
  for (const [path, methods] of Object.entries(description.paths)) {
    for (const [method, operation] of Object.entries(methods)) place.append(route(description, path, method, operation));
  }
}

show().catch(() => place.append("The server does not answer: is it still running?"));
