package org.cumae.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.cumae.text.OpenOptions;
import org.cumae.text.TextModel;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/// What was drafted for each pass is told by the native stream and drawn by the studio. With
/// `-Dpicture=FILE` the picture is kept.
class StudioDraftTest {

    @Test
    void theTreeOfEachPassIsWhatTheStreamTells() throws IOException {
        String data = System.getenv("CUMAE_DATA");
        assumeTrue(data != null, "needs data: set CUMAE_DATA to the folder of the real data sets");
        Path file = Path.of(data).resolve("models/stories260K.gguf");
        try (TextModel model = TextModel.open(file.toString(), OpenOptions.DEFAULT.withThreads(1));
                CumaeServer server = CumaeServer.start(ServerOptions.DEFAULT.withPort(0));
                Browser browser = new Browser(1440, 1000)) {
            server.add("stories260K", model);
            browser.colours("light", "reduce");
            browser.driver().get("http://127.0.0.1:" + server.port() + "/");
            browser.await("document.getElementById('health').dataset.state === 'ready'");
            browser.set("#decoder", "speculative");
            browser.set("[data-parameter=draft]", "aded");
            browser.set("[data-parameter=draft_length]", "6");
            browser.set("[data-parameter=width]", "3");
            browser.set("#seed", "7");
            browser.set("#max_tokens", "80");
            browser.set("#temperature-number", "0");
            browser.find("#prompt").sendKeys("Once upon a time", Keys.ENTER);
            browser.await("document.querySelectorAll('#leaves button.leaf').length >= 80");
            browser.await("document.getElementById('stop-run').hidden");

            // aded learns from what it has seen, so its drafts are those of the first time only
            List<JsonNode> steps =
                    browserSteps(
                            browser.script(
                                    "document.getElementById('share-open').click();"
                                            + "document.querySelector('input[value=json]').click();"
                                            + "return document.getElementById('share-text').textContent"));
            browser.script("document.getElementById('share').close()");
            assertThat(steps).hasSize(80);
            List<Integer> drafted =
                    IntStream.range(0, steps.size())
                            .filter(i -> steps.get(i).has("draft"))
                            .boxed()
                            .toList();
            assertThat(drafted).hasSizeBetween(3, 79);
            for (int at : drafted) {
                browser.set("#scrub", String.valueOf(at + 1));
                JsonNode draft = steps.get(at).get("draft");
                long accepted = draft.valueStream().filter(StudioDraftTest::isKept).count();
                assertThat(browser.all("#draft .guess.kept")).hasSize((int) accepted);
                assertThat(browser.all("#draft .guess.lost"))
                        .hasSize(draft.size() - (int) accepted);
                assertThat(browser.find("#draft figcaption").getText())
                        .contains("%d of %d kept".formatted(accepted, draft.size()));
            }
            browser.set("#scrub", String.valueOf(drafted.getFirst()));
            assertThat(browser.find("#draft").isDisplayed()).isFalse();
            whatIsKeptIsWritten(steps);
            String target = System.getProperty("picture");
            if (target != null) {
                browser.set("#scrub", "80");
                Files.write(Path.of(target), browser.driver().getScreenshotAs(OutputType.BYTES));
            }
        }
    }

    private static List<JsonNode> browserSteps(String run) {
        return StreamSupport.stream(Client.JSON.readTree(run).get("events").spliterator(), false)
                .toList();
    }

    private static boolean isKept(JsonNode guess) {
        return guess.get("accepted").asBoolean();
    }

    private static void whatIsKeptIsWritten(List<JsonNode> steps) {
        for (int i = 0; i < steps.size(); i++) {
            int at = i;
            if (steps.get(i).has("draft")) {
                for (JsonNode guess : steps.get(i).get("draft")) {
                    if (isKept(guess) && at < steps.size()) {
                        assertThat(guess.get("id")).isEqualTo(steps.get(at).get("token_id"));
                        at++;
                    }
                }
            }
        }
    }
}
