package org.cumae.serve;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

import java.util.Map;

/// The world page in a real browser. With `-Dpictures=FOLDER` it leaves pictures of itself there.
class StudioWorldTest {
    private static final String READY = "document.body.dataset.world === 'ready'";
    private static Browser browser;
    private CumaeServer server;

    @BeforeAll
    static void open() {
        browser = new Browser(1280, 900);
    }

    @AfterAll
    static void quit() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void start() {
        server = CumaeServer.start(ServerOptions.DEFAULT.withPort(0));
        server.add(TableText.small());
        browser.colours("light", "reduce");
        browser.driver().get("http://127.0.0.1:" + server.port() + "/#/world");
        browser.await("document.getElementById('world-seen').dataset.rows === '10'");
        browser.await(READY);
    }

    @AfterEach
    void stop() {
        String base = "http://127.0.0.1:" + server.port() + "/";
        assertThat(browser.failed(base)).isEmpty();
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requested(base)).isNotEmpty().allMatch(url -> url.startsWith(base));
        browser.driver().get("about:blank");
        server.close();
    }

    private static String text(String css) {
        return browser.find(css).getText();
    }

    /// Presses on a patch, moves so many patches, and lets go.
    private static void drag(int y, int x, int down, int right) {
        WebElement seen = browser.find("#world-seen");
        double cell = seen.getSize().getHeight() / 10.0;
        int fromX = (int) Math.round((x + 0.5 - 5) * cell);
        int fromY = (int) Math.round((y + 0.5 - 5) * cell);
        new Actions(browser.driver())
                .moveToElement(seen, fromX, fromY)
                .clickAndHold()
                .moveByOffset((int) Math.round(right * cell), (int) Math.round(down * cell))
                .release()
                .perform();
    }

    private static void ask(String what) {
        browser.find("[data-ask=" + what + "]").click();
        browser.await(READY);
    }

    @Test
    void aDragPushesAPatchAndAClickShowsWhatBelongsToIt() {
        drag(3, 3, -1, 2);
        browser.await(
                "document.getElementById('world-told').textContent.includes('expected to move')");
        assertThat(text("#world-told")).startsWith("16 of 100 patches");
        assertThat(text("#world-seen-words")).isEqualTo("patch 3, 3 pushed by 2, -1");
        assertThat(browser.all("#world-layers input")).hasSize(3);
        browser.picture("poke");
        browser.all("#world-layers input").get(1).click();
        assertThat(browser.find("#world-answer").getAttribute("data-layer")).isEqualTo("motion");
        browser.picture("poke-motion");
        drag(3, 3, 0, 0);
        browser.await("document.getElementById('world-told').textContent.includes('belong to it')");
        assertThat(text("#world-told")).startsWith("16 patches");
        browser.picture("segment");
    }

    @Test
    void whatComesNextCanBeScrubbed() {
        ask("roll");
        assertThat(text("#world-told"))
                .startsWith("rgb0->rgb1:s2p=32,rgb2:s2p=32.")
                .contains("passes");
        assertThat(text("#world-frame")).isEqualTo("1");
        String before =
                browser.script("return document.getElementById('world-answer').toDataURL()");
        browser.set("#world-scrub", "2");
        assertThat(browser.find("#world-answer").getAttribute("data-layer")).isEqualTo("frame 2");
        String after = browser.script("return document.getElementById('world-answer').toDataURL()");
        assertThat(after).isNotEqualTo(before);
        browser.picture("roll");
    }

    @Test
    void mapsTellWhatIsUncertainWhatMovesAndWhereItWent() {
        ask("entropy");
        assertThat(text("#world-told")).contains("bits a patch");
        browser.picture("entropy");
        ask("motion");
        assertThat(browser.find("#world-answer").getAttribute("data-layer"))
                .isEqualTo("probability of moving");
        ask("flow");
        assertThat(text("#world-told")).startsWith("100 points traced.");
        browser.picture("flow");
    }

    @Test
    void anythingCanBeAskedGivenAnything() {
        browser.find("#world-prompt-form button").click();
        browser.await(
                "document.getElementById('world-told').textContent.startsWith('90 patches drawn')");
        assertThat(text("#world-answer-words")).isEqualTo("rgb1 32 sequential, then parallel");
        browser.picture("prompt");
        browser.set("#world-prompt", "rgb0,f01->rgb1");
        browser.find("#world-prompt").sendKeys(Keys.ENTER);
        browser.await(
                "document.getElementById('world-told').textContent.startsWith('100 patches drawn')");
        assertThat(browser.find("#world-problem").isDisplayed()).isFalse();
    }

    @Test
    void depthIsThereWhereTheWorldKnowsACamera() {
        assertThat(browser.find("[data-ask=depth]").isEnabled()).isFalse();
        browser.set("#world-name", "two-planes");
        browser.await(READY);
        ask("depth");
        assertThat(text("#world-told")).startsWith("The farthest is 2.0");
        browser.picture("depth");
    }

    @Test
    void keysDoWhatThePointerDoesAndWhatCannotBeIsSaid() {
        browser.find("#world-seen").sendKeys(Keys.ARROW_UP, Keys.ARROW_LEFT);
        assertThat(text("#world-seen-words")).isEqualTo("frame 0, patch 4, 4");
        browser.find("#world-seen").sendKeys(Keys.ENTER);
        browser.await("document.getElementById('world-told').textContent.includes('belong to it')");
        browser.find("#world-seen").sendKeys(Keys.chord(Keys.SHIFT, Keys.ARROW_RIGHT));
        browser.await(
                "document.getElementById('world-told').textContent.includes('expected to move')");
        assertThat(text("#world-seen-words")).isEqualTo("patch 4, 4 pushed by 2, 0");
    }

    @Test
    void onAPhoneInTheDarkThePicturesStandUnderEachOther() {
        try {
            browser.viewport(390, 844, 2, true);
            browser.colours("dark", "reduce");
            browser.driver().navigate().refresh();
            browser.await("document.getElementById('world-seen').dataset.rows === '10'");
            browser.await(READY);
            browser.picture("phone");
            browser.viewport(320, 640, 1, true);
            Long wide = browser.script("return document.documentElement.scrollWidth");
            assertThat(wide).isLessThanOrEqualTo(320);
        } finally {
            browser.driver().executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
        }
    }
}
