package org.cumae.cli;

import org.cumae.canvas.Canvas;
import org.cumae.decode.Filled;
import org.cumae.distribution.Sampling;
import org.cumae.psi.Inquiry;
import org.cumae.psi.Prompt;
import org.cumae.psi.World;
import org.cumae.world.OpenWorld;
import org.cumae.world.Pictures;
import org.cumae.world.Worlds;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/// `cumae world ask WORLD PROMPT`: draws what is wanted, given what is given.
@Command(
        name = "ask",
        mixinStandardHelpOptions = true,
        description = {
            "Draw what is wanted, given what is given: \"rgb0,f01[3,4]->rgb1\" is frame 1 after frame 0",
            "and the motion of one patch.",
            "",
            "Items are a type and a frame (rgb0, d1) or two (f01, c01); behind them, in brackets, which",
            "patches: all, none, 10%%, or cells 3,4;5,6; and behind a colon how they are drawn: seq, par,",
            "s2p=N (N one after the other, then the rest at once), argmax."
        },
        footer = {
            "",
            "Examples:",
            "  ./cumae world ask moving-object \"rgb0->rgb1,rgb2\" --out runs/roll",
            "  ./cumae world ask moving-object \"rgb0,rgb1[10%%]->rgb1:s2p=32\" --score"
        })
final class WorldAskCommand implements Callable<Integer> {
    @Mixin private SceneOptions scene = new SceneOptions();

    @Mixin private Output output = new Output();

    @Parameters(index = "1", paramLabel = "PROMPT", description = "what, given what")
    private String prompt = "";

    @Option(names = "--temperature", description = "0 takes the most probable value (default 1)")
    private double temperature = 1;

    @Option(names = "--explain", description = "say what the question comes to, and do not ask it")
    private boolean explain;

    @Option(
            names = "--score",
            description = "say how surprising the scene's own values are, and draw nothing")
    private boolean score;

    @Override
    public Integer call() {
        ObjectNode object = Json.MAPPER.createObjectNode().put("prompt", prompt);
        try (OpenWorld open = Worlds.open(scene.world)) {
            World world = open.world();
            Canvas shown = scene.shown(open);
            Inquiry inquiry =
                    new Inquiry(
                            world,
                            Prompt.parse(prompt, world.layout()),
                            shown,
                            Map.of(),
                            Sampling.PLAIN.withTemperature(temperature),
                            scene.seed);
            if (explain) {
                String words = inquiry.explain();
                output.print(object.put("explanation", words), () -> words);
            } else if (score) {
                double nats = inquiry.surprise(shown);
                double bits = nats / Math.log(2);
                output.print(
                        object.put("nats", nats).put("bits", bits),
                        () -> "%.2f bits (%.2f nats)".formatted(bits, nats));
            } else {
                run(world, inquiry, object);
            }
        }
        return 0;
    }

    private void run(World world, Inquiry inquiry, ObjectNode object) {
        Inquiry.Outcome outcome = inquiry.run();
        ArrayNode written = object.putArray("written");
        for (Filled.Written each : outcome.written()) {
            ObjectNode node =
                    written.addObject().put("address", each.element().address().toString());
            node.set("codes", Json.MAPPER.valueToTree(each.element().codes().toArray()));
            node.set("log_probabilities", Json.MAPPER.valueToTree(each.logProbabilities()));
        }
        object.set("drawn", Json.MAPPER.valueToTree(outcome.ways()));
        object.put("exact", outcome.exact()).put("seed", outcome.seed());
        object.put("passes", outcome.cost().forwards()).put("rows", outcome.cost().rows());
        List<Pictures.Captioned> strip = new ArrayList<>();
        for (Prompt.Item item : items(inquiry.prompt())) {
            int channels = world.book(item.type()).channels();
            if (channels <= 3 && world.book(item.type()).type().cells() > 1) {
                strip.add(
                        new Pictures.Captioned(
                                Pictures.of(
                                        world.raster(outcome.canvas(), item.type(), item.moment())),
                                item.toString()));
            }
        }
        if (!strip.isEmpty()) {
            scene.picture(Pictures.filmstrip(strip), "answer.png", object);
        }
        output.print(
                object,
                () ->
                        "%d patches in %d passes of %d rows in all: %s%n%s"
                                .formatted(
                                        outcome.written().size(),
                                        outcome.cost().forwards(),
                                        outcome.cost().rows(),
                                        String.join("; ", outcome.ways()),
                                        scene.files()));
    }

    private static List<Prompt.Item> items(Prompt prompt) {
        List<Prompt.Item> items = new ArrayList<>(prompt.given());
        items.removeIf(
                given ->
                        prompt.wanted().stream()
                                .anyMatch(
                                        wanted ->
                                                wanted.type().equals(given.type())
                                                        && wanted.moment().equals(given.moment())));
        items.addAll(prompt.wanted());
        return items;
    }
}
