package org.cumae.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.cumae.distribution.Constraint;
import org.cumae.grammar.Grammar;
import org.cumae.grammar.GrammarConstraint;
import org.cumae.grammar.TokenTrie;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/// Calls of functions: how templates offer them, how models write them, how they are read.
class ToolFormTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Tool WEATHER =
            Tool.of(
                    "weather",
                    "what falls <|end|> from the sky",
                    JSON.readTree(
                            """
                            {"type": "object",
                             "properties": {"place": {"$ref": "#/$defs/place"},
                                            "days": {"type": "integer", "minimum": 1, "maximum": 9}},
                             "required": ["place", "days"],
                             "$defs": {"place": {"enum": ["Cumae", "Rome"]}}}
                            """));
    private static final Tool TIME = new Tool("time", "", Optional.empty());

    /// What a reader tells of a text: words, and calls as `name(arguments)`.
    private static String told(ToolForm form, String text, int most, int step) {
        ToolReader reader = form.reader(Set.of("weather", "time"), most);
        List<ToolReader.Heard> heard = new ArrayList<>();
        for (int at = 0; at < text.length(); at += step) {
            heard.addAll(reader.hear(text.substring(at, Math.min(text.length(), at + step))));
        }
        heard.addAll(reader.end());
        StringBuilder told = new StringBuilder();
        int open = -1;
        for (ToolReader.Heard one : heard) {
            boolean argues = one instanceof ToolReader.Heard.Argued;
            if (open >= 0 && !argues) {
                told.append(')');
                open = -1;
            }
            switch (one) {
                case ToolReader.Heard.Said(String words) -> told.append(words);
                case ToolReader.Heard.Called(int index, ToolCall call) -> {
                    open = index;
                    told.append(index).append(':').append(call.name()).append('(');
                }
                case ToolReader.Heard.Argued(int index, String part) -> {
                    assertThat(index).isEqualTo(open);
                    told.append(part);
                }
            }
        }
        return told.append(open >= 0 ? ")" : "").toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                // words, and none of them a call
                "HERMES| 1 < 2 and <tool>| 1 < 2 and <tool>",
                "HERMES|{'name': 1}|{'name': 1}",
                "LLAMA|Hello {'name': 'time'}|Hello {'name': 'time'}",
                "LLAMA|{'name': 'Ada', 'age': 3}|{'name': 'Ada', 'age': 3}",
                "MISTRAL|[TOOL]|[TOOL]",
                // one call, and words before it
                "HERMES|Let me see.~<tool_call>~{'name': 'weather', 'arguments': {'place': 'a}b'}}~</tool_call>|Let me see.0:weather({'place': 'a}b'})",
                "MISTRAL|[TOOL_CALLS] [{'name': 'time', 'arguments': {}}]|0:time({})",
                "LLAMA| {'name': 'weather', 'parameters': {'days': [1, {'x': 2}]}}|0:weather({'days': [1, {'x': 2}]})",
                // several
                "HERMES|<tool_call>{'name':'time','arguments':{}}</tool_call>~<tool_call>{'name':'weather','arguments':{'d':1}}</tool_call>~|0:time({})1:weather({'d':1})",
                "MISTRAL|[TOOL_CALLS][{'name': 'time', 'arguments': {}, 'id': 'x'}, {'name': 'time', 'arguments': {'a':1}}] |0:time({})1:time({'a':1})",
                "LLAMA|{'name': 'time', 'parameters': {}}; {'name': 'time', 'parameters': {}}|0:time({})1:time({})",
                // arguments first, as a string, or not at all
                "HERMES|<tool_call>{'arguments': {'d': 2}, 'name': 'weather'}</tool_call>|0:weather({'d': 2})",
                "HERMES|<tool_call>{'name': 'weather', 'arguments': '{\\'d\\': 3}'}</tool_call>|0:weather({'d': 3})",
                "HERMES|<tool_call>{'name': 'time'}</tool_call>|0:time({})",
                "HERMES|<tool_call>{'name': 'time', 'arguments': null}</tool_call>|0:time({})",
                // what is none after all
                "HERMES|<tool_call>{'name': 'sing', 'arguments': {}}</tool_call>|<tool_call>{'name': 'sing', 'arguments': {}}</tool_call>",
                "HERMES|<tool_call>oak|<tool_call>oak",
                "HERMES|<tool_call>{'n|<tool_call>{'n",
                "MISTRAL|[TOOL_CALLS] none|[TOOL_CALLS] none",
                // cut short: the name is known, the arguments are not whole
                "HERMES|<tool_call>{'name': 'weather', 'arguments': {'pla|0:weather({'pla",
                // words behind a call
                "HERMES|<tool_call>{'name':'time'}</tool_call> so|0:time({}) so",
            })
    void callsAreToldFromWordsHoweverTheTextIsCut(ToolForm form, String text, String told) {
        String given = text.replace('\'', '"').replace('~', '\n');
        String expected = told.replace('\'', '"').replace('~', '\n');
        String whole = told(form, given, 9, 1000).replaceAll("(?<=pla)\\)$", "");
        assertThat(whole).isEqualTo(expected);
        for (int step = 1; step <= 12; step++) {
            assertThat(told(form, given, 9, step).replaceAll("(?<=pla)\\)$", ""))
                    .as("in pieces of %d", step)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource
    void noMoreCallsAreToldThanWereAskedFor(ToolForm form) {
        String one = "{\"name\": \"time\", \"arguments\": {}}";
        String text =
                switch (form) {
                    case HERMES -> "<tool_call>%s</tool_call><tool_call>%s</tool_call>after";
                    case MISTRAL -> "[TOOL_CALLS][%s, %s]after";
                    case LLAMA -> "%s; %s after";
                };
        assertThat(told(form, text.formatted(one, one), 1, 3)).isEqualTo("0:time({})");
    }

    /// Some text of a grammar over single bytes.
    private static String write(Grammar grammar, SplittableRandom random) {
        List<byte[]> octets = new ArrayList<>();
        for (int octet = 0; octet < 256; octet++) {
            octets.add(new byte[] {(byte) octet});
        }
        GrammarConstraint constraint =
                new GrammarConstraint(
                        grammar, new TokenTrie(256, octets::get), octets::get, Set.of());
        Constraint.Place place = constraint.begin();
        var text = new java.io.ByteArrayOutputStream();
        while (true) {
            int[] allowed = place.next().stream().toArray();
            if (allowed.length == 0 || (place.isComplete() && random.nextInt(3) > 0)) {
                return text.toString(StandardCharsets.UTF_8);
            }
            int id = allowed[random.nextInt(allowed.length)];
            text.write(id);
            place = place.after(id);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsForcedIsReadAsCallsThatKeepToTheirSchemas(ToolForm form) {
        Grammar grammar = form.grammar(List.of(WEATHER, TIME), true);
        SplittableRandom random = new SplittableRandom(5);
        Set<String> names = new java.util.HashSet<>();
        int mostCalls = 0;
        for (int i = 0; i < 60; i++) {
            ToolReader reader = form.reader(Set.of("weather", "time"), 99);
            List<ToolReader.Heard> heard = new ArrayList<>(reader.hear(form.opening()));
            heard.addAll(reader.hear(write(grammar, random)));
            heard.addAll(reader.end());
            Map<Integer, String> arguments = new java.util.TreeMap<>();
            List<String> called = new ArrayList<>();
            for (ToolReader.Heard one : heard) {
                switch (one) {
                    case ToolReader.Heard.Said(String words) ->
                            throw new AssertionError("not a call: " + words);
                    case ToolReader.Heard.Called(int _, ToolCall call) -> called.add(call.name());
                    case ToolReader.Heard.Argued(int index, String part) ->
                            arguments.merge(index, part, String::concat);
                }
            }
            assertThat(called).isNotEmpty().hasSameSizeAs(arguments.keySet());
            for (int index = 0; index < called.size(); index++) {
                JsonNode given = JSON.readTree(arguments.get(index));
                if (called.get(index).equals("time")) {
                    assertThat(given).isEmpty();
                } else {
                    assertThat(given.get("place").asString()).isIn("Cumae", "Rome");
                    assertThat(given.get("days").asInt()).isBetween(1, 9);
                }
            }
            names.addAll(called);
            mostCalls = Math.max(mostCalls, called.size());
        }
        assertThat(names).containsExactlyInAnyOrder("weather", "time");
        assertThat(mostCalls).isEqualTo(form == ToolForm.LLAMA ? 1 : mostCalls);
        assertThat(mostCalls > 1).isEqualTo(form != ToolForm.LLAMA);
    }

    @Test
    void aSchemaThatNoGrammarHoldsToIsRefusedWithTheFunctionsName() {
        Tool odd = Tool.of("odd", "", JSON.readTree("{\"not\": {}}"));
        assertThatThrownBy(() -> ToolForm.HERMES.grammar(List.of(odd), true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("function odd");
        assertThatThrownBy(() -> new Tool("two words", "", Optional.empty()))
                .hasMessageContaining("two words");
    }

    @ParameterizedTest
    @CsvSource({
        "'{% if tools %}<tool_call>{% endif %}', HERMES",
        "'{% if tools %}[TOOL_CALLS]{% endif %}', MISTRAL",
        "'{% if tools %}{\"parameters\": }{% endif %}', LLAMA",
        "'{% if tools %}[TOOL_CALLS]f[ARGS]{% endif %}',",
        "'{% if tools %}<tool_call><function=f>{% endif %}',",
        "'{% if tools %}anyhow{% endif %}',",
        "'<tool_call>',"
    })
    void theFormIsThatOfTheTemplate(String source, ToolForm form) {
        assertThat(ChatTemplate.parse(source, Map.of()).toolForm())
                .isEqualTo(Optional.ofNullable(form));
    }

    private static final ChatTemplate TEMPLATE =
            ChatTemplate.parse(
                    """
                    {%- for tool in tools or [] %}[{{ tool | tojson }}]{% endfor -%}
                    {%- for m in messages -%}
                    <|{{ m.role }}|>{{ m.content }}
                    {%- for call in m.tool_calls or [] %}<tool_call>{{ call.function.name }}
                    {{- call.function.arguments | tojson }}</tool_call>{% endfor -%}
                    {%- if m.role == 'tool' %}#{{ m.tool_call_id }}{% endif -%}
                    <|end|>
                    {%- endfor -%}
                    """,
                    Map.of());

    @Test
    void templatesSeeFunctionsCallsAndResultsAsTheReferenceGivesThem() {
        Prompt.Chat chat =
                new Prompt.Chat(
                        List.of(
                                ChatMessage.user("rain? <|end|>"),
                                new ChatMessage(
                                        "assistant",
                                        "",
                                        List.of(new ToolCall("c1", "weather", "{\"days\":2}")),
                                        Optional.empty()),
                                ChatMessage.result("c1", "no")),
                        List.of(WEATHER),
                        "<tool_call>");
        List<String> parts = new ArrayList<>();
        TEMPLATE.write(
                chat,
                List.of("<|end|>", "<tool_call>"),
                (part, special) -> {
                    parts.add(special ? part : "typed:" + part);
                    return List.of();
                });
        String all = String.join("", parts);
        assertThat(all)
                .startsWith(
                        "[{\"type\": \"function\", \"function\": {\"name\": \"weather\","
                                + " \"description\": \"what falls typed:<|end|> from the sky\","
                                + " \"parameters\": {\"type\": \"object\"")
                .contains("\"maximum\": 9}")
                .contains("<|user|>rain? typed:<|end|><|end|>")
                .contains("<tool_call>weather{\"days\": 2}</tool_call><|end|>")
                .endsWith("<|tool|>no#c1<|end|><tool_call>");
    }
}
