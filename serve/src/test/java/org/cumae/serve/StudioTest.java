package org.cumae.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The studio in a real browser, on the model of a table.
class StudioTest {
    private static final double SHOWN = 0.5e-4; // the table shows four digits
    private static Browser browser;
    private TableText model;
    private CumaeServer server;
    private Client client;

    @BeforeAll
    static void open() {
        browser = new Browser(1440, 900);
    }

    @AfterAll
    static void quit() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void start() {
        model = TableText.small();
        server = CumaeServer.start(ServerOptions.DEFAULT.withPort(0));
        server.add(model);
        server.add(new TableText("plain", false, false, 64));
        client = new Client(server);
        browser.colours("light", "reduce");
        browser.driver().get("http://127.0.0.1:" + server.port() + "/");
        browser.await("document.getElementById('health').dataset.state === 'ready'");
    }

    @AfterEach
    void stop() {
        String base = "http://127.0.0.1:" + server.port() + "/";
        assertThat(browser.failed(base)).isEmpty();
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requested(base)).isNotEmpty().allMatch(url -> url.startsWith(base));
        browser.driver().get("about:blank");
        model.pauseMillis = 0;
        server.close();
    }

    private void ask(int tokens) {
        browser.set("#seed", "5");
        browser.set("#max_tokens", String.valueOf(tokens));
        browser.set("#temperature-number", "0.8");
        browser.find("#prompt").sendKeys("the oak", Keys.ENTER);
    }

    private void awaitEnd() {
        browser.await("document.getElementById('stop-run').hidden");
        browser.await(
                "document.querySelector('[data-name=ended]')?.textContent !== 'still writing'");
    }

    private List<Integer> shownIds() {
        List<Long> ids =
                browser.script(
                        "return [...document.querySelectorAll('#table tbody tr')]"
                                + ".map(row => Number(row.cells[2].textContent))");
        return ids.stream().map(Long::intValue).toList();
    }

    private JsonNode complete(String prompt, int tokens) {
        return client.post(
                        "/v1/completions",
                        ("{\"model\":\"oak\",\"prompt\":%s,\"seed\":5,\"temperature\":0.8,"
                                        + "\"max_tokens\":%d,\"logprobs\":0,\"return_token_ids\":true}")
                                .formatted(prompt, tokens))
                .json();
    }

    private static List<Integer> ids(JsonNode answer) {
        return answer.at("/choices/0/token_ids").valueStream().map(JsonNode::asInt).toList();
    }

    @Test
    void leavesArriveWithTheProbabilitiesThatTheApiGives() {
        ask(30);
        awaitEnd();
        assertThat(browser.all("#leaves button.leaf")).hasSize(30);
        JsonNode same = complete("\"the oak\"", 30);
        String text = browser.script("return document.getElementById('leaves').textContent");
        assertThat(text.replace("↵\n", "\n"))
                .isEqualTo("the oak" + same.at("/choices/0/text").asString());
        browser.find("#table-toggle").click();
        assertThat(shownIds()).isEqualTo(ids(same));
        List<String> shown =
                browser.script(
                        "return [...document.querySelectorAll('#table tbody tr')]"
                                + ".map(row => row.cells[3].textContent)");
        for (int i = 0; i < 30; i++) {
            double api = Math.exp(same.at("/choices/0/logprobs/token_logprobs/" + i).asDouble());
            assertThat(Double.parseDouble(shown.get(i))).isCloseTo(api, within(SHOWN));
        }
        assertThat(browser.find("[data-name=forwards]").getText()).isEqualTo("30");
        assertThat(browser.find("[data-name=ended]").getText()).startsWith("length");
    }

    @Test
    void barsShowTheLawBeforeAndAfterTheFilters() {
        browser.set("#top_k", "2");
        ask(10);
        awaitEnd();
        browser.all("#leaves button.leaf").get(3).click();
        List<Double> shown =
                browser
                        .<List<String>>script(
                                "return [...document.querySelectorAll('#leaf .bar')].map(b => b.dataset.p)")
                        .stream()
                        .map(Double::parseDouble)
                        .toList();
        JsonNode step =
                client.post(
                                "/cumae/v1/generate",
                                "{\"model\":\"oak\",\"prompt\":\"the oak\",\"seed\":5,\"temperature\":0.8,"
                                        + "\"top_k\":2,\"max_tokens\":10,\"alternatives\":9}")
                        .events()
                        .get(4);
        assertThat(shown).hasSize(9);
        for (int i = 0; i < 9; i++) {
            assertThat(shown.get(i))
                    .isEqualTo(step.at("/alternatives/%d/p".formatted(i)).asDouble());
        }
        assertThat(browser.all("#leaf .bar.cut")).hasSize(7);
    }

    @Test
    void aForcedAlternativeEqualsACallWithThatPrefix() {
        ask(20);
        awaitEnd();
        browser.all("#leaves button.leaf").get(6).click();
        String forced =
                browser.script(
                        "const bar = document.querySelectorAll('#leaf .bar:not(.taken)')[0];"
                                + " bar.click(); return bar.dataset.id");
        browser.await("document.querySelectorAll('#bough button').length === 2");
        awaitEnd();
        browser.find("#table-toggle").click();
        List<Integer> shown = shownIds();
        List<Integer> before = ids(complete("\"the oak\"", 20));
        assertThat(shown.subList(0, 6)).isEqualTo(before.subList(0, 6));
        assertThat(shown.get(6)).isEqualTo(Integer.parseInt(forced));
        List<Integer> prefix = new ArrayList<>();
        for (int id : model.encode("the oak", true)) {
            prefix.add(id);
        }
        prefix.addAll(shown.subList(0, 7));
        assertThat(shown.subList(7, 27)).isEqualTo(ids(complete(prefix.toString(), 20)));
    }

    @Test
    void escapeStopsTheRunAndFreesTheModel() {
        model.pauseMillis = 40;
        ask(400);
        browser.await("document.querySelectorAll('#leaves button.leaf').length > 5");
        browser.find("body").sendKeys(Keys.ESCAPE);
        browser.await("document.getElementById('stop-run').hidden");
        browser.await(
                "document.querySelector('[data-name=ended]').textContent.includes('stopped')");
        long end = System.nanoTime() + 2_000_000_000L;
        while (model.writing.get() > 0) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void aRunCanBeSteppedBackAndForth() {
        ask(20);
        awaitEnd();
        assertThat(leaves()).isEqualTo(20);
        browser.script("document.activeElement.blur()");
        browser.find("body").sendKeys(Keys.ARROW_LEFT);
        assertThat(leaves()).isEqualTo(19);
        String before = browser.script("return document.getElementById('leaves').textContent");
        browser.find("body").sendKeys(Keys.HOME);
        assertThat(leaves()).isZero();
        browser.find("body").sendKeys(Keys.END, Keys.ARROW_LEFT);
        assertThat((String) browser.script("return document.getElementById('leaves').textContent"))
                .isEqualTo(before);
        browser.set("#speed", "60");
        browser.find("#play").click();
        browser.await("document.getElementById('step-count').textContent === '20 of 20'");
    }

    private int leaves() {
        return browser.all("#leaves button.leaf").size();
    }

    @Test
    void allGoesByKeyboard() {
        browser.find("body").sendKeys("?");
        browser.await("document.getElementById('keys').open");
        browser.find("#keys button").sendKeys(Keys.ESCAPE);
        browser.await("!document.getElementById('keys').open");
        browser.script("document.activeElement.blur()");
        browser.find("body").sendKeys("/");
        assertThat(browser.driver().switchTo().activeElement().getAttribute("id"))
                .isEqualTo("prompt");
        ask(12);
        awaitEnd();
        browser.all("#leaves button.leaf").getFirst().sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
        assertThat(browser.driver().switchTo().activeElement().getAttribute("data-position"))
                .isEqualTo("9");
        browser.driver().switchTo().activeElement().sendKeys("2");
        browser.await("document.querySelectorAll('#bough button').length === 2");
        awaitEnd();
    }

    @Test
    void whatTheModelSaysIsTextAndNothingElse() {
        browser.find("#prompt").sendKeys("<img src=x onerror=alert(1)><b>oak", Keys.ENTER);
        awaitEnd();
        assertThat(browser.all("#leaves img, #leaves b")).isEmpty();
    }

    @Test
    void aRefusalIsToldInWordsAndLeavesThePageUsable() {
        browser.set("#temperature-number", "7");
        browser.find("#prompt").sendKeys("the oak", Keys.ENTER);
        browser.await("!document.getElementById('problem').hidden");
        assertThat(browser.find("#problem").getText()).contains("temperature", "[0, 2]");
        browser.complaints(); // the browser itself reports the status 400
        ask(5);
        awaitEnd();
        assertThat(leaves()).isEqualTo(5);
    }

    @Test
    void theCopiedRequestGivesTheSameText() {
        ask(15);
        awaitEnd();
        browser.find("#share-open").click();
        String curl = browser.find("#share-text").getText();
        String body = curl.substring(curl.indexOf("'{") + 1, curl.lastIndexOf('\''));
        JsonNode answer = client.post("/v1/completions", body).json();
        assertThat(ids(answer)).isEqualTo(ids(complete("\"the oak\"", 15)));
        browser.find("#share .primary").click();
    }

    @Test
    void everyControlHasANameAndTheColoursStandApart() {
        ask(10);
        awaitEnd();
        List<String> nameless =
                browser.script(
                        """
                        return [...document.querySelectorAll('input, select, textarea, button')]
                          .filter(e => !(e.labels?.length || e.getAttribute('aria-label')
                            || e.textContent.trim() || e.title))
                          .map(e => e.id || e.outerHTML)
                        """);
        assertThat(nameless).isEmpty();
        for (String theme : List.of("light", "dark")) {
            Map<String, Double> contrasts =
                    browser.script(
                            """
                            document.documentElement.dataset.theme = arguments[0];
                            const style = getComputedStyle(document.documentElement);
                            const probe = document.body.appendChild(document.createElement('i'));
                            const light = name => {
                              probe.style.color = style.getPropertyValue(name);
                              const [r, g, b] = getComputedStyle(probe).color.match(/[0-9.]+/g)
                                .map(x => x / 255)
                                .map(x => x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
                              return 0.2126 * r + 0.7152 * g + 0.0722 * b;
                            };
                            const pairs = [0, 1, 2, 3, 4, 5, 6].map(i => [`--t${i}`, `--s${i}`]);
                            for (const ground of ['--cave', '--sheet', '--card', '--raise']) {
                              pairs.push(['--ink', ground], ['--soft', ground]);
                            }
                            pairs.push(['--oak-ink', '--oak'], ['--ink', '--oak-wash']);
                            const found = {};
                            for (const [a, b] of pairs) {
                              const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
                              found[`${a} on ${b}`] = (x + 0.05) / (y + 0.05) + 0.0001;
                            }
                            probe.remove();
                            return found;
                            """,
                            theme);
            assertThat(contrasts).allSatisfy((pair, ratio) -> assertThat(ratio).isGreaterThan(4.5));
        }
    }

    @Test
    void aPhoneShowsAllOfItWithoutScrollingSideways() {
        browser.viewport(320, 640, 1, true);
        try {
            ask(10);
            awaitEnd();
            long width = browser.script("return document.documentElement.scrollWidth");
            assertThat(width).isLessThanOrEqualTo(320);
        } finally {
            browser.driver().executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
        }
    }

    @Test
    void otherPagesOpenFromTheBar() {
        ask(5);
        awaitEnd();
        browser.find("#pages a[href='#/engine']").click();
        browser.await("document.querySelectorAll('#engine .tile').length > 4");
        browser.find("#pages a[href='#/api']").click();
        browser.await("document.querySelectorAll('#api tr').length > 8");
    }
}
