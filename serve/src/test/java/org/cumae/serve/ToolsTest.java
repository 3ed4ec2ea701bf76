package org.cumae.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionNamedToolChoice;
import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;

import org.cumae.distribution.Categorical;
import org.cumae.engine.Engine;
import org.cumae.engine.EngineLimits;
import org.cumae.model.TableModel;
import org.cumae.model.Tokens;
import org.cumae.text.ChatTemplate;
import org.cumae.text.GenerationOptions;
import org.cumae.text.Starters;
import org.cumae.text.TextCard;
import org.cumae.text.TextModel;
import org.cumae.text.Tool;
import org.cumae.text.ToolForm;
import org.cumae.text.ToolReader;
import org.cumae.text.ToolUse;
import org.cumae.unit.Characters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Functions that a model may have called, through the client that users have.
class ToolsTest {
    private static final String END = "\u0003";
    private static final Characters LETTERS =
            Characters.of(
                    END
                            + "\n"
                            + IntStream.range(32, 127)
                                    .mapToObj(Character::toString)
                                    .collect(Collectors.joining()));

    /// What each family's model says to "rain", to "twice" and to all else.
    private static final Map<ToolForm, List<String>> ANSWERS =
            Map.of(
                    ToolForm.HERMES,
                    List.of(
                            "I look.\n<tool_call>\n{\"name\": \"weather\", \"arguments\":"
                                    + " {\"place\": \"Cumae\"}}\n</tool_call>",
                            "<tool_call>\n{\"name\": \"time\", \"arguments\": {}}\n</tool_call>\n"
                                    + "<tool_call>\n{\"name\": \"time\", \"arguments\": {}}\n"
                                    + "</tool_call>"),
                    ToolForm.MISTRAL,
                    List.of(
                            "I look.\n[TOOL_CALLS] [{\"name\": \"weather\", \"arguments\":"
                                    + " {\"place\": \"Cumae\"}}]",
                            "[TOOL_CALLS][{\"name\": \"time\", \"arguments\": {}}, {\"name\":"
                                    + " \"time\", \"arguments\": {}}]"),
                    ToolForm.LLAMA,
                    List.of(
                            "{\"name\": \"weather\", \"parameters\": {\"place\": \"Cumae\"}}",
                            "{\"name\": \"time\", \"parameters\": {}}; {\"name\": \"time\","
                                    + " \"parameters\": {}}"));

    private static final Map<ToolForm, TextModel> MODELS = new EnumMap<>(ToolForm.class);
    private static CumaeServer server;
    private static OpenAIClient client;
    private static Client plain;

    @BeforeAll
    static void start() {
        server = CumaeServer.start(ServerOptions.DEFAULT.withPort(0));
        for (ToolForm form : ToolForm.values()) {
            MODELS.put(form, model(form));
            server.add(name(form), MODELS.get(form));
        }
        plain = new Client(server);
        client =
                OpenAIOkHttpClient.builder()
                        .baseUrl("http://localhost:%d/v1".formatted(server.port()))
                        .apiKey("none")
                        .maxRetries(0)
                        .build();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
        MODELS.values().forEach(TextModel::close);
    }

    private static String name(ToolForm form) {
        return "model-" + form.ordinal();
    }

    private static String template(ToolForm form) {
        String mark = form == ToolForm.LLAMA ? "\"parameters\": " : form.marker();
        return "{% if tools %}calls are "
                + mark
                + " of {% for t in tools %}{{ t | tojson }}{% endfor %}\n{% endif %}"
                + "{% for m in messages %}{{ m.role }}: {{ m.content }}"
                + "{% for c in m.tool_calls or [] %}{{ c.function | tojson }}{% endfor %}\n"
                + "{% endfor %}answer: ";
    }

    /// A model that says what it is to say, and under a grammar anything.
    private static TextModel model(ToolForm form) {
        TableModel law = TableModel.of(LETTERS.size(), seen -> law(form, seen)).holding(4000);
        Engine engine = new Engine(law, EngineLimits.DEFAULT);
        TextCard card =
                new TextCard(
                        engine.card(),
                        "script",
                        "table",
                        "table",
                        0,
                        0,
                        "cpu",
                        "float32",
                        false,
                        GenerationOptions.NONE,
                        Starters.NONE);
        return new TextModel(
                engine,
                LETTERS,
                card,
                Optional.of(ChatTemplate.parse(template(form), Map.of())),
                Set.of(LETTERS.encode(END)[0]));
    }

    private static Categorical law(ToolForm form, Tokens seen) {
        String text = LETTERS.decode(seen.toArray());
        int begin = text.lastIndexOf("answer: ") + "answer: ".length();
        String said = text.substring(begin);
        String asked = text.substring(text.lastIndexOf("user: ") + 6, begin);
        String script =
                (asked.startsWith("rain")
                                ? ANSWERS.get(form).get(0)
                                : asked.startsWith("twice")
                                        ? ANSWERS.get(form).get(1)
                                        : "{ no } <call>, just words.")
                        + END;
        float[] logits = new float[LETTERS.size()];
        if (script.startsWith(said) && said.length() < script.length()) {
            logits[LETTERS.encode(script.substring(said.length(), said.length() + 1))[0]] = 40;
        }
        return Categorical.of(logits);
    }

    private static ChatCompletionCreateParams.Builder chat(ToolForm form, String words) {
        return ChatCompletionCreateParams.builder()
                .model(name(form))
                .addUserMessage(words)
                .maxCompletionTokens(400)
                .seed(7)
                .addFunctionTool(
                        FunctionDefinition.builder()
                                .name("weather")
                                .description("what falls from the sky")
                                .parameters(
                                        FunctionParameters.builder()
                                                .putAdditionalProperty(
                                                        "type", JsonValue.from("object"))
                                                .putAdditionalProperty(
                                                        "properties",
                                                        JsonValue.from(
                                                                Map.of(
                                                                        "place",
                                                                        Map.of(
                                                                                "enum",
                                                                                List.of(
                                                                                        "Cumae",
                                                                                        "Rome")))))
                                                .putAdditionalProperty(
                                                        "required",
                                                        JsonValue.from(List.of("place")))
                                                .build())
                                .build())
                .addFunctionTool(FunctionDefinition.builder().name("time").build());
    }

    private static ChatCompletion.Choice answer(ChatCompletionCreateParams params) {
        return client.chat().completions().create(params).choices().getFirst();
    }

    private static List<String> calls(ChatCompletion.Choice choice) {
        return choice.message().toolCalls().stream()
                .flatMap(List::stream)
                .map(call -> call.asFunction().function())
                .map(function -> function.name() + function.arguments())
                .toList();
    }

    private static ChatCompletion.Choice streamed(ChatCompletionCreateParams params) {
        ChatCompletionAccumulator whole = ChatCompletionAccumulator.create();
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(params)) {
            stream.stream().forEach(whole::accumulate);
        }
        return whole.chatCompletion().choices().getFirst();
    }

    @ParameterizedTest
    @EnumSource
    void aModelThatCallsIsHeardWholeAndStreamed(ToolForm form) {
        for (boolean streams : List.of(false, true)) {
            ChatCompletionCreateParams params = chat(form, "rain?").build();
            ChatCompletion.Choice choice = streams ? streamed(params) : answer(params);
            assertThat(calls(choice)).containsExactly("weather{\"place\": \"Cumae\"}");
            assertThat(choice.finishReason().asString()).isEqualTo("tool_calls");
            String words = choice.message().content().orElse("");
            assertThat(words).isEqualTo(form == ToolForm.LLAMA ? "" : "I look.");
            String id = choice.message().toolCalls().orElseThrow().getFirst().asFunction().id();
            assertThat(id).matches(form == ToolForm.MISTRAL ? "[0-9a-f]{9}" : "call_[0-9a-f]{24}");
        }
    }

    @ParameterizedTest
    @EnumSource
    void callsComeInPieces(ToolForm form) {
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(chat(form, "rain?").build())) {
            List<ChatCompletionChunk.Choice.Delta.ToolCall> deltas =
                    stream.stream()
                            .flatMap(
                                    chunk ->
                                            chunk.choices().getFirst().delta().toolCalls().stream())
                            .flatMap(List::stream)
                            .toList();
            assertThat(deltas).hasSizeGreaterThan(10);
            assertThat(deltas.getFirst().function().orElseThrow().name()).contains("weather");
            assertThat(deltas.subList(1, deltas.size()))
                    .allMatch(delta -> delta.id().isEmpty() && delta.index() == 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void severalCallsAreToldUnlessOneIsWanted(ToolForm form) {
        assertThat(calls(answer(chat(form, "twice").build()))).containsExactly("time{}", "time{}");
        assertThat(calls(streamed(chat(form, "twice").build())))
                .containsExactly("time{}", "time{}");
        assertThat(calls(answer(chat(form, "twice").parallelToolCalls(false).build())))
                .containsExactly("time{}");
    }

    @ParameterizedTest
    @EnumSource
    void wordsStayWords(ToolForm form) {
        for (boolean streams : List.of(false, true)) {
            ChatCompletionCreateParams params = chat(form, "sing").build();
            ChatCompletion.Choice choice = streams ? streamed(params) : answer(params);
            assertThat(choice.message().content()).contains("{ no } <call>, just words.");
            assertThat(choice.message().toolCalls().orElse(List.of())).isEmpty();
            assertThat(choice.finishReason().asString()).isEqualTo("stop");
        }
    }

    /// The model is set on words, and has to call all the same.
    @ParameterizedTest
    @EnumSource
    void aCallThatMustBeIsHeldToTheFunctionsSchema(ToolForm form) {
        for (long seed = 0; seed < 6; seed++) {
            for (boolean streams : List.of(false, true)) {
                ChatCompletionCreateParams params =
                        chat(form, "sing")
                                .seed(seed)
                                .parallelToolCalls(false)
                                .toolChoice(ChatCompletionToolChoiceOption.Auto.REQUIRED)
                                .build();
                ChatCompletion.Choice choice = streams ? streamed(params) : answer(params);
                List<String> calls = calls(choice);
                assertThat(calls).hasSize(1);
                assertThat(calls.getFirst())
                        .matches(
                                "(time\\{\\s*}|weather\\{\\s*\"place\":\\s*\"(Cumae|Rome)\"\\s*})");
                assertThat(choice.finishReason().asString()).isEqualTo("tool_calls");
                assertThat(choice.message().content().orElse("")).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aNamedFunctionIsTheOneThatIsCalled(ToolForm form) {
        for (String name : List.of("weather", "time")) {
            ChatCompletionCreateParams params =
                    chat(form, "sing")
                            .toolChoice(
                                    ChatCompletionNamedToolChoice.builder()
                                            .function(
                                                    ChatCompletionNamedToolChoice.Function.builder()
                                                            .name(name)
                                                            .build())
                                            .build())
                            .build();
            assertThat(calls(answer(params))).singleElement().asString().startsWith(name + "{");
        }
    }

    @Test
    void whereNoneShallBeCalledTheModelIsNotToldOfAny() {
        ChatCompletionCreateParams none =
                chat(ToolForm.HERMES, "sing")
                        .toolChoice(ChatCompletionToolChoiceOption.Auto.NONE)
                        .build();
        ChatCompletion without = client.chat().completions().create(none);
        ChatCompletion with =
                client.chat().completions().create(chat(ToolForm.HERMES, "sing").build());
        assertThat(without.usage().orElseThrow().promptTokens())
                .isLessThan(with.usage().orElseThrow().promptTokens());
    }

    @Test
    void resultsGoBackToTheModel() {
        ChatCompletion.Choice first = answer(chat(ToolForm.HERMES, "rain?").build());
        ChatCompletionMessageFunctionToolCall call =
                first.message().toolCalls().orElseThrow().getFirst().asFunction();
        ChatCompletion.Choice second =
                answer(
                        chat(ToolForm.HERMES, "rain?")
                                .addMessage(first.message())
                                .addMessage(
                                        ChatCompletionToolMessageParam.builder()
                                                .toolCallId(call.id())
                                                .content("it rains")
                                                .build())
                                .addUserMessage("and?")
                                .build());
        assertThat(second.message().content()).contains("{ no } <call>, just words.");
    }

    @Test
    void whatIsWrongWithFunctionsIsSaidByField() {
        String body =
                "{\"model\":\"model-0\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],"
                        + "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\","
                        + "\"parameters\":%s}}],%s}";
        refused(body.formatted("{\"not\":{}}", "\"tool_choice\":\"required\""), "tools");
        refused(body.formatted("{}", "\"tool_choice\":\"always\""), "tool_choice");
        refused(
                body.formatted("{}", "\"tool_choice\":{\"function\":{\"name\":\"g\"}}"),
                "tool_choice");
        refused(
                body.formatted(
                        "{}",
                        "\"tool_choice\":\"required\","
                                + "\"response_format\":{\"type\":\"json_object\"}"),
                "tool_choice");
        refused(body.formatted("3", "\"seed\":1"), "function.parameters");
    }

    private static void refused(String body, String param) {
        Client.Answer answer = plain.post("/v1/chat/completions", body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.param()).endsWith(param);
    }

    @Test
    void aMarkThatIsASpecialTokenIsHeardThoughItIsNoText() {
        JsonNode tools = Client.JSON.readTree("{\"tools\":[{\"function\":{\"name\":\"time\"}}]}");
        TableText model =
                new TableText("mistral", true, true, 64) {
                    @Override
                    public Optional<ToolForm> tools() {
                        return Optional.of(ToolForm.MISTRAL);
                    }
                };
        Talk talk =
                new Talk(
                        model,
                        ToolFields.parse(
                                new Fields((tools.jackson.databind.node.ObjectNode) tools), model));
        List<ToolReader.Heard> heard = new ArrayList<>(talk.hear(step(0, "[TOOL_CALLS]", "")));
        heard.addAll(talk.hear(step(5, "[{\"name\": \"time\"}]", "[{\"name\": \"time\"}]")));
        heard.addAll(talk.end(""));
        assertThat(heard.getFirst()).isInstanceOf(ToolReader.Heard.Called.class);
        assertThat(talk.finish("stop")).isEqualTo("tool_calls");
        // the same name written out by a token that is text is told with the text only
        Talk other =
                new Talk(
                        model,
                        Optional.of(
                                new ToolUse(
                                        ToolForm.MISTRAL,
                                        List.of(new Tool("time", "", Optional.empty())),
                                        false,
                                        true)));
        assertThat(other.hear(step(5, "[TOOL_CALLS]", ""))).isEmpty();
        assertThat(other.end("")).isEmpty();
    }

    private static Served.Step step(int id, String text, String settled) {
        return new Served.Step(
                0,
                0,
                id,
                text,
                settled,
                Served.State.COMMITTED,
                1,
                1,
                0,
                List.of(),
                List.of(),
                1,
                1);
    }
}
