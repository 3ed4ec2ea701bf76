package org.cumae.train;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Writes what a run tells as JSON lines, and the curve of its losses as a picture.
///
/// A run that resumes takes back the lines of steps that it does again.
public final class MetricsLog implements Journal {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Path file;
    private final Path curve;
    private long step; // of the last report

    /// Writes into the folder of a run.
    public MetricsLog(RunFolder folder) {
        this.file = folder.metrics();
        this.curve = folder.curve();
    }

    @Override
    public void began(long begun, long steps, long weights) {
        step = begun;
        if (begun < steps) { // a stage that has ended writes nothing anew of what came after it
            forgetBehind(begun);
        }
        append(line("began", begun).put("steps", steps).put("weights", weights));
    }

    /// What a run wrote after its last checkpoint comes again.
    private void forgetBehind(long begun) {
        try {
            List<String> kept = new ArrayList<>();
            for (JsonNode line : read(file)) {
                if (line.path("step").asLong(0) <= begun) {
                    kept.add(MAPPER.writeValueAsString(line));
                }
            }
            Files.write(file, kept);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stepped(Step steps) {
        step = steps.step();
        append(
                line("step", step)
                        .put("loss", steps.loss())
                        .put("rate", steps.rate())
                        .put("gradient", steps.gradient())
                        .put("per_second", steps.perSecond())
                        .put("waiting", steps.waiting())
                        .put("seconds_left", steps.secondsLeft())
                        .put("flops", steps.flops())
                        .put("share_of_matrix_rate", steps.share()));
    }

    @Override
    public void warned(String message) {
        append(line("warned", step).put("message", message));
    }

    @Override
    public void looked(long at, double loss, boolean best) {
        append(line("held_out", at).put("loss", loss).put("best", best));
        LossCurve.draw(read(file), curve);
    }

    @Override
    public void saved(long at) {
        append(line("saved", at));
    }

    @Override
    public void ended(Outcome outcome) {
        append(
                line("ended", outcome.steps())
                        .put("loss", outcome.loss())
                        .put("best_step", outcome.bestStep())
                        .put("seconds", outcome.seconds())
                        .put("reason", outcome.reason().name().toLowerCase(Locale.ROOT)));
        LossCurve.draw(read(file), curve);
    }

    private static ObjectNode line(String kind, long step) {
        return MAPPER.createObjectNode().put("kind", kind).put("step", step);
    }

    private void append(ObjectNode line) {
        try {
            Files.writeString(
                    file,
                    MAPPER.writeValueAsString(line) + System.lineSeparator(),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The lines that are whole; a process that was killed leaves a piece of one.
    private static List<JsonNode> read(Path file) {
        List<JsonNode> lines = new ArrayList<>();
        if (!Files.exists(file)) {
            return lines;
        }
        try {
            for (String line : Files.readAllLines(file)) {
                try {
                    lines.add(MAPPER.readTree(line));
                } catch (JacksonException _) {
                    break;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }
}
