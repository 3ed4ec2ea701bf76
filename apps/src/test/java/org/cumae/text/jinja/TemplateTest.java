package org.cumae.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/// Templates give what Jinja gives: `cases.json` holds templates with the texts of Jinja2 3.1.6,
/// under the settings with which model files are meant (blocks trimmed, loop controls, JSON as
/// Python writes it).
class TemplateTest {
    private static final String MARKS = "{}%|()[]'\"-+:,.~ ";

    private static JsonNode golden() {
        try (InputStream in = TemplateTest.class.getResourceAsStream("cases.json")) {
            return JsonMapper.shared().readTree(in);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static Stream<JsonNode> cases() {
        return golden().get("cases").valueStream();
    }

    private static Object value(JsonNode node) {
        if (node.isObject()) {
            return map(node);
        }
        if (node.isArray()) {
            List<Object> list = new ArrayList<>();
            node.forEach(item -> list.add(value(item)));
            return list;
        }
        return node.isNull()
                ? null
                : node.isBoolean()
                        ? (Object) node.booleanValue()
                        : node.isIntegralNumber()
                                ? (Object) node.longValue()
                                : node.isNumber()
                                        ? (Object) node.doubleValue()
                                        : node.stringValue();
    }

    private static Map<String, Object> map(JsonNode node) {
        Map<String, Object> map = new LinkedHashMap<>();
        node.properties().forEach(entry -> map.put(entry.getKey(), value(entry.getValue())));
        return map;
    }

    private static final Map<String, Object> VALUES = map(golden().get("values"));

    @ParameterizedTest
    @MethodSource("cases")
    void templatesGiveWhatJinjaGives(JsonNode row) {
        String source = row.get("template").stringValue();
        if (row.has("refused")) {
            assertThatThrownBy(() -> Template.parse(source).render(VALUES))
                    .isInstanceOf(TemplateException.class)
                    .hasMessageContaining(row.get("refused").stringValue());
            return;
        }
        // field by field, so that all that differ are seen at once
        assertThat(Arrays.asList(Template.parse(source).render(VALUES).split("\\|", -1)))
                .as(source)
                .isEqualTo(Arrays.asList(row.get("text").stringValue().split("\\|", -1)));
    }

    /// No Java object can be reached, and no Python one is pretended.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ ''.__class__ }}",
                "{{ ''.getClass() }}",
                "{{ messages.__class__.__mro__ }}",
                "{{ word.class.forName('java.lang.Runtime') }}",
                "{{ self }}",
                "{{ config }}",
                "{{ messages.append(1) }}"
            })
    void nothingOfTheInsideIsReached(String source) {
        String text;
        try {
            text = Template.parse(source).render(VALUES);
        } catch (TemplateException e) {
            return;
        }
        assertThat(text).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for i in range(10000000) %}{% endfor %}",
                "{% for i in range(100000) %}{% for j in range(100000) %}x{% endfor %}{% endfor %}",
                "{{ 'x' * 1000000000 }}",
                "{{ [1] * 1000000000 }}",
                "{{ 'a' * 10000000 ~ 'a' * 10000000 }}",
                "{% for i in range(100000) %}{{ 1.5 | round(2000000000) }}{% endfor %}",
                "{{ 'x' | indent(2000000000) }}",
                "{{ ('a\n' * 100000) | indent(900) }}",
                "{{ messages | tojson(indent=2000000000) }}",
                "{% macro m(n) %}{{ m(n) }}{% endmacro %}{{ m(1) }}",
                "{% set ns = namespace(s='x') %}{% for i in range(60) %}{% set ns.s = ns.s ~ ns.s %}"
                        + "{% endfor %}"
            })
    void costlyTemplatesAreStopped(String source) {
        Bounds bounds = new Bounds(200_000, 1 << 20, Duration.ofSeconds(20));
        assertThatThrownBy(() -> Template.parse(source).render(VALUES, bounds))
                .isInstanceOf(TemplateException.class);
    }

    @Test
    void whatIsNoTemplateIsToldByItsLine() {
        for (String source :
                List.of(
                        "a\n{{ 1 +",
                        "a\n{% if %}",
                        "a\n{% for x in %}",
                        "a\n{% endif %}",
                        "a\n{% if a %}",
                        "a\n{% frobnicate %}",
                        "a\n{{ 'open }}")) {
            assertThatThrownBy(() -> Template.parse(source).render(VALUES))
                    .as(source)
                    .isInstanceOf(TemplateException.class)
                    .hasMessageContaining("line 2");
        }
        assertThatThrownBy(() -> Template.parse("{{ word | shout }}").render(VALUES))
                .hasMessageContaining("the filter 'shout' is not known");
        assertThatThrownBy(() -> Template.parse("{{ (".repeat(100_000)))
                .isInstanceOf(TemplateException.class);
        assertThatThrownBy(() -> Template.parse("{{ " + "(".repeat(50_000) + " }}"))
                .isInstanceOf(TemplateException.class);
    }

    /// Damaged templates are refused in words, or render.
    @Test
    void damagedTemplatesEndInWords() {
        Random random = new Random(11);
        List<String> sources = cases().map(row -> row.get("template").stringValue()).toList();
        Bounds bounds = new Bounds(100_000, 1 << 16, Duration.ofSeconds(20));
        int refused = 0;
        for (int round = 0; round < 10_000; round++) {
            StringBuilder source = new StringBuilder(sources.get(random.nextInt(sources.size())));
            for (int i = random.nextInt(4); i >= 0; i--) {
                int at = random.nextInt(source.length());
                switch (random.nextInt(3)) {
                    case 0 -> source.deleteCharAt(at);
                    case 1 -> source.insert(at, MARKS.charAt(random.nextInt(MARKS.length())));
                    default -> source.setCharAt(at, (char) (32 + random.nextInt(95)));
                }
            }
            try {
                Template.parse(source.toString()).render(VALUES, bounds);
            } catch (TemplateException e) {
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("round " + round + ": " + source, e);
            }
        }
        assertThat(refused).isBetween(1000, 9900);
    }
}
