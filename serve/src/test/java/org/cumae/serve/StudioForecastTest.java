package org.cumae.serve;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.support.ui.Select;

import java.util.Map;

/// The forecast page in a real browser. With `-Dpictures=FOLDER` it leaves pictures of itself
/// there.
class StudioForecastTest {
    private static final String READY = "document.body.dataset.forecast === 'ready'";
    private static Browser browser;
    private CumaeServer server;

    @BeforeAll
    static void open() {
        browser = new Browser(1280, 1400);
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
        browser.driver().get("http://127.0.0.1:" + server.port() + "/#/forecast");
        browser.await("document.getElementById('forecast-model').options.length > 3");
    }

    @AfterEach
    void stop() {
        browser.driver().get("about:blank");
        server.close();
    }

    private static void press(String css) {
        browser.driver().executeScript("document.body.dataset.forecast = ''");
        browser.find(css).click();
        browser.await(READY);
    }

    private static String text(String css) {
        return browser.find(css).getText();
    }

    @Test
    void theCalendarMayExplainAndEachPartIsDrawn() {
        Select seasons = new Select(browser.find("#forecast-seasons"));
        seasons.selectByValue("auto");
        new Select(browser.find("#forecast-trend")).selectByValue("linear");
        press("#forecast-example");
        assertThat(text("#forecast-told")).contains("trend, year explained, then least squares");
        assertThat(browser.all(".forecast-answer figure")).hasSize(3);
        assertThat(browser.all(".forecast-answer .part-name"))
                .extracting(WebElement::getText)
                .containsExactlyInAnyOrder("trend", "year");
        browser.picture("forecast-parts");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void anExampleIsForecastReadAndJudged() {
        press("#forecast-example");
        assertThat(text("#forecast-told")).startsWith("visitors: 96 values every 1 month");
        assertThat(browser.all(".forecast-answer figure")).hasSize(2);
        assertThat(browser.all(".forecast-answer .lag"))
                .hasSizeGreaterThan(5)
                .allMatch(bar -> bar.getSize().getWidth() < 30);
        WebElement chart = browser.find(".forecast-answer svg");
        int right = chart.getSize().getWidth() / 2 - 40;
        new Actions(browser.driver()).moveToElement(chart, right, 0).perform();
        assertThat(text(".forecast-answer .read")).contains("2024-").contains("between");
        browser.picture("forecast");
        browser.colours("dark", "reduce");
        browser.picture("forecast-dark");
        browser.colours("light", "reduce");
        press("#forecast-form button[value=evaluate]");
        assertThat(text(".forecast-answer table")).contains("least-squares").contains("naive");
        browser.picture("forecast-judged");
        String base = "http://127.0.0.1:" + server.port() + "/";
        assertThat(browser.failed(base)).isEmpty();
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requested(base)).isNotEmpty().allMatch(url -> url.startsWith(base));
    }

    @Test
    void onAPhoneItStandsUnderEachOther() {
        browser.viewport(360, 760, 2, true);
        try {
            press("#forecast-example");
            long width = browser.script("return document.documentElement.scrollWidth");
            assertThat(width).isLessThanOrEqualTo(360);
            browser.picture("forecast-phone");
        } finally {
            browser.driver().executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
        }
    }

    @Test
    void aTableThatIsWrongIsToldByLine() {
        WebElement table = browser.find("#forecast-table");
        table.sendKeys("ds,y\n2024-01-01,1\n2024-01-02,much\n");
        press("#forecast-form button[value=forecast]");
        assertThat(text("#forecast-problem")).contains("line 3").contains("'much' is no number");
    }
}
