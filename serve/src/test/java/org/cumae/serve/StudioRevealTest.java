package org.cumae.serve;

import static org.assertj.core.api.Assertions.assertThat;

import org.cumae.text.OpenOptions;
import org.cumae.text.TextModel;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Two ways of writing after the same prompt, side by side by the passes in which they wrote. With
/// `-Dpicture=FILE` the picture is kept.
class StudioRevealTest {
    private static final Path MODEL = Path.of("../models/crystals-wedlm");
    private static final String PROMPT = "# generated using pymatgen\ndata_SrTiO3\n";
    private static final int TOKENS = 120;

    @Test
    void whatPassesWroteIsDrawnBesideTheRunBefore() throws IOException {
        try (TextModel model =
                        TextModel.open(MODEL.toString(), OpenOptions.DEFAULT.withThreads(1));
                CumaeServer server = CumaeServer.start(ServerOptions.DEFAULT.withPort(0));
                Browser browser = new Browser(1440, 1000)) {
            server.add("crystals-wedlm", model);
            browser.colours("light", "reduce");
            browser.driver().get("http://127.0.0.1:" + server.port() + "/");
            browser.await("document.getElementById('health').dataset.state === 'ready'");
            browser.set("#seed", "7");
            browser.set("#max_tokens", String.valueOf(TOKENS));
            browser.set("#temperature-number", "0");
            ask(browser);
            assertThat(browser.find("#reveal").isDisplayed()).as("one leaf a pass").isFalse();

            browser.set("#decoder", "block-diffusion");
            browser.set("[data-parameter=reveal]", "entropy_distance");
            browser.set("[data-parameter=tau]", "2");
            browser.set("[data-parameter=verify]", "exact");
            String plain = text(browser);
            ask(browser);
            browser.await("document.querySelectorAll('#bough button').length === 2");
            written(browser);
            assertThat(browser.find("#reveal").isDisplayed()).isTrue();
            assertThat(browser.all("#reveal figure")).hasSize(2);
            assertThat(
                            (boolean)
                                    browser.script(
                                            "return document.getElementById('reveal').getBoundingClientRect().right"
                                                    + " <= document.getElementById('dock').getBoundingClientRect().right"))
                    .as("both maps fit the sheet")
                    .isTrue();
            assertThat(text(browser)).as("drafts that are verified").isEqualTo(plain);
            List<String> captions = captions(browser);
            JsonNode run = Client.JSON.readTree(json(browser));
            double passes = run.at("/end/ledger/forwards").asDouble();
            assertThat(passes).isLessThan(TOKENS);
            assertThat(captions.getFirst())
                    .startsWith(
                            "run 2: %.2f leaves a pass, %d in".formatted(TOKENS / passes, TOKENS))
                    .endsWith("crystals-wedlm block-diffusion");
            assertThat(captions.getLast())
                    .startsWith("run 1: 1.00 leaves a pass, %d".formatted(TOKENS));
            assertThat(colours(browser)).as("of the drawn cells").isGreaterThan(2);

            browser.set("#scrub", "1");
            assertThat(captions(browser).getFirst()).contains("1 in 1");
            assertThat(captions(browser).getLast()).contains("%d in".formatted(TOKENS));
            String target = System.getProperty("picture");
            if (target != null) {
                browser.set("#scrub", String.valueOf(run.get("events").size()));
                Files.write(Path.of(target), browser.driver().getScreenshotAs(OutputType.BYTES));
            }
        }
    }

    private static void ask(Browser browser) {
        browser.set("#prompt", PROMPT);
        browser.find("#prompt").sendKeys(Keys.ENTER);
        written(browser);
    }

    private static void written(Browser browser) {
        browser.await(
                "document.querySelectorAll('#leaves button.leaf').length >= %d".formatted(TOKENS));
        browser.await("document.getElementById('stop-run').hidden");
        browser.await("document.querySelector('[data-name=ended]').textContent.includes('length')");
    }

    private static String text(Browser browser) {
        return browser.script("return document.getElementById('leaves').textContent");
    }

    private static List<String> captions(Browser browser) {
        return browser.script(
                "return [...document.querySelectorAll('#reveal figcaption')].map(c => c.textContent)");
    }

    private static String json(Browser browser) {
        String text =
                browser.script(
                        "document.getElementById('share-open').click();"
                                + "document.querySelector('input[value=json]').click();"
                                + "return document.getElementById('share-text').textContent");
        browser.script("document.getElementById('share').close()");
        return text;
    }

    private static int colours(Browser browser) {
        List<Long> numbers =
                browser.script(
                        "const c = document.querySelector('#reveal canvas');"
                                + "const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
                                + "const s = new Set();"
                                + "for (let i = 0; i < d.length; i += 4) s.add(d[i] * 65536 + d[i+1] * 256 + d[i+2]);"
                                + "return [...s]");
        Set<Long> colours = new HashSet<>(numbers);
        return colours.size();
    }
}
