// The server's doors, and nothing that knows the page.

/** An answer that says no: `message`, and `param` where one field is to blame. */
export class Refusal extends Error {
  constructor(status, body) {
    super(body?.error?.message ?? `the server answered ${status}`);
    this.status = status;
    this.param = body?.error?.param ?? null;
  }
}

async function refusal(response) {
  let body = null;
  try { body = await response.json(); } catch { /* not JSON: the status has to do */ }
  return new Refusal(response.status, body);
}

export async function get(path) {
  const response = await fetch(path, { headers: { accept: 'application/json' } });
  if (!response.ok) throw await refusal(response);
  return response.json();
}

export async function text(path) {
  const response = await fetch(path);
  if (!response.ok) throw await refusal(response);
  return response.text();
}

export async function post(path, body, signal) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
    signal,
  });
  if (!response.ok) throw await refusal(response);
  return response.json();
}

/** Yields `{type, data}` for each event of the native stream. */
export async function* generate(body, signal) {
  const response = await fetch('/cumae/v1/generate', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify(body),
    signal,
  });
  if (!response.ok) throw await refusal(response);
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of chunks(response.body)) {
    rest += decoder.decode(bytes, { stream: true });
    let end;
    while ((end = rest.indexOf('\n\n')) >= 0) {
      const event = parse(rest.slice(0, end));
      rest = rest.slice(end + 2);
      if (event) yield event;
    }
  }
}

async function* chunks(stream) {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function parse(block) {
  let type = 'message';
  let data = '';
  for (const line of block.split('\n')) {
    if (line.startsWith('event:')) type = line.slice(6).trim();
    else if (line.startsWith('data:')) data += line.slice(5).trimStart();
  }
  return data && data !== '[DONE]' ? { type, data: JSON.parse(data) } : null;
}
