package org.cumae.serve;

import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A headless Chromium that remembers every request it made.
final class Browser implements AutoCloseable {
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final List<Path> BINARIES =
            List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"));
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ChromeDriver driver;
    private final Path profile;
    private final List<JsonNode> network = new ArrayList<>();

    /// Skips the test where no browser is installed.
    Browser(int width, int height, String... more) {
        Path binary = BINARIES.stream().filter(Files::isExecutable).findFirst().orElse(null);
        Assumptions.assumeTrue(
                binary != null && Files.isExecutable(DRIVER),
                "needs browser: install chromium and chromium-driver");
        try {
            profile = Files.createTempDirectory("cumae-browser");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ChromeOptions options = new ChromeOptions();
        options.setBinary(binary.toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--force-device-scale-factor=1",
                "--window-size=" + width + "," + height,
                "--user-data-dir=" + profile);
        options.addArguments(more);
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.PERFORMANCE, java.util.logging.Level.ALL);
        logs.enable(LogType.BROWSER, java.util.logging.Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service =
                new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build();
        driver = new ChromeDriver(service, options);
        driver.manage().window().setSize(new Dimension(width, height));
    }

    ChromeDriver driver() {
        return driver;
    }

    /// Makes the page exactly so large.
    void viewport(int width, int height, double scale, boolean mobile) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width",
                        width,
                        "height",
                        height,
                        "deviceScaleFactor",
                        scale,
                        "mobile",
                        mobile));
    }

    void colours(String scheme, String motion) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", scheme),
                                Map.of("name", "prefers-reduced-motion", "value", motion))));
    }

    /// Leaves a picture of what is shown in the folder of `-Dpictures`; without one does nothing.
    void picture(String name) {
        String folder = System.getProperty("pictures");
        if (folder == null) {
            return;
        }
        try {
            Files.createDirectories(Path.of(folder));
            Files.write(Path.of(folder, name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    WebElement find(String css) {
        return driver.findElement(By.cssSelector(css));
    }

    List<WebElement> all(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    @SuppressWarnings("unchecked")
    <T> T script(String body, Object... arguments) {
        return (T) driver.executeScript(body, arguments);
    }

    void await(String condition) {
        new WebDriverWait(driver, PATIENCE)
                .withMessage(condition)
                .until(_ -> Boolean.TRUE.equals(script("return " + condition)));
    }

    void set(String css, String value) {
        script(
                "const e = document.querySelector(arguments[0]); e.value = arguments[1];"
                        + " e.dispatchEvent(new Event('input')); e.dispatchEvent(new Event('change'))",
                css,
                value);
    }

    /// What pages of a server asked for since the browser was opened.
    List<String> requested(String base) {
        return sent(base).map(event -> event.at("/params/request/url").asString()).toList();
    }

    /// Requests of those pages that failed, those not counted that the page itself gave up.
    List<String> failed(String base) {
        Set<String> ours =
                sent(base)
                        .map(event -> event.at("/params/requestId").asString())
                        .collect(Collectors.toSet());
        return network("Network.loadingFailed")
                .filter(event -> ours.contains(event.at("/params/requestId").asString()))
                .filter(event -> !event.at("/params/canceled").asBoolean(false))
                .map(event -> event.at("/params/errorText").asString())
                .toList();
    }

    /// The browser asks for pages of its own too; those have another document.
    private Stream<JsonNode> sent(String base) {
        return network("Network.requestWillBeSent")
                .filter(event -> event.at("/params/documentURL").asString().startsWith(base));
    }

    private Stream<JsonNode> network(String method) {
        for (LogEntry entry : driver.manage().logs().get(LogType.PERFORMANCE)) {
            network.add(JsonMapper.shared().readTree(entry.getMessage()).get("message"));
        }
        return network.stream().filter(event -> event.get("method").asString().equals(method));
    }

    /// What the page complained of.
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(
                        entry ->
                                entry.getLevel().intValue()
                                        >= java.util.logging.Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    @Override
    public void close() {
        driver.quit();
        try (Stream<Path> files = Files.walk(profile)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            // Chromium may still be tidying up in there
        }
    }
}
