// The same request as curl, as Java, and the whole run as JSON.

/** The body that gives this run's tokens again on the OpenAI route. */
export function openAiBody(run) {
  const body = { ...run.request };
  delete body.alternatives;
  if (body.messages) delete body.prompt;
  if (run.start?.seed !== undefined) body.seed = run.start.seed;
  body.return_token_ids = true;
  return body;
}

const quoted = text => `'${text.replaceAll("'", "'\\''")}'`;

export function asCurl(run) {
  const body = openAiBody(run);
  const route = body.messages ? '/v1/chat/completions' : '/v1/completions';
  return `curl ${location.origin}${route} \\\n  -H 'content-type: application/json' \\\n  -d ${quoted(JSON.stringify(body))}`;
}

const KNOWN = { max_tokens: 'maxTokens', temperature: 'temperature', top_p: 'topP', seed: 'seed' };

export function asJava(run) {
  const body = openAiBody(run);
  const chat = Boolean(body.messages);
  const params = chat ? 'ChatCompletionCreateParams' : 'CompletionCreateParams';
  const lines = [`.model(${JSON.stringify(body.model)})`];
  if (chat) for (const message of body.messages) {
    lines.push(`.add${message.role === 'system' ? 'System' : 'User'}Message(${JSON.stringify(message.content)})`);
  } else if (typeof body.prompt === 'string') {
    lines.push(`.prompt(${JSON.stringify(body.prompt)})`);
  } else {
    lines.push(`.promptOfArrayOfTokens(List.of(${body.prompt.map(id => `${id}L`).join(', ')}))`);
  }
  for (const [name, value] of Object.entries(body)) {
    if (['model', 'prompt', 'messages'].includes(name)) continue;
    const method = KNOWN[name];
    if (method && !(chat && name === 'max_tokens')) lines.push(`.${method}(${value}${name === 'seed' ? 'L' : ''})`);
    else lines.push(`.putAdditionalBodyProperty(${JSON.stringify(name)}, JsonValue.from(${javaValue(value)}))`);
  }
  const call = chat ? 'client.chat().completions()' : 'client.completions()';
  const answer = chat ? 'answer.choices().get(0).message().content().orElse("")' : 'answer.choices().get(0).text()';
  return `// com.openai:openai-java
OpenAIClient client = OpenAIOkHttpClient.builder()
    .baseUrl("${location.origin}/v1")
    .apiKey("none")
    .build();
var answer = ${call}.create(${params}.builder()
    ${lines.join('\n    ')}
    .build());
System.out.println(${answer});`;
}

function javaValue(value) {
  if (Array.isArray(value)) return `List.of(${value.map(javaValue).join(', ')})`;
  if (value && typeof value === 'object') {
    return `Map.of(${Object.entries(value).map(([k, v]) => `${JSON.stringify(k)}, ${javaValue(v)}`).join(', ')})`;
  }
  return JSON.stringify(value);
}

export function asJson(run) {
  return JSON.stringify({
    request: run.request,
    start: run.start,
    events: run.events.map(({ at, ...event }) => ({ ...event, milliseconds: Math.round(at ?? 0) })),
    end: run.end,
  }, null, 2);
}
