package org.cumae.cli;

import org.cumae.canvas.Canvas;
import org.cumae.psi.Inquiry;
import org.cumae.psi.Prompt;
import org.cumae.psi.Uncertainty;
import org.cumae.psi.World;
import org.cumae.world.OpenWorld;
import org.cumae.world.Pictures;
import org.cumae.world.Worlds;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/// `cumae world entropy WORLD PROMPT`: where the world does not know what it will see.
@Command(
        name = "entropy",
        mixinStandardHelpOptions = true,
        description = "Say how uncertain each wanted patch is, given what is given.",
        footer = {
            "",
            "Example: ./cumae world entropy moving-object \"rgb0,rgb1[10%%]->rgb1\" --out runs/h"
        })
final class WorldEntropyCommand implements Callable<Integer> {
    @Mixin private SceneOptions scene = new SceneOptions();

    @Mixin private Output output = new Output();

    @Parameters(index = "1", paramLabel = "PROMPT", description = "what, given what")
    private String prompt = "";

    @Override
    public Integer call() {
        ObjectNode object = Json.MAPPER.createObjectNode().put("prompt", prompt);
        try (OpenWorld open = Worlds.open(scene.world)) {
            World world = open.world();
            Canvas shown = scene.shown(open);
            Inquiry inquiry = Inquiry.of(world, prompt, shown, scene.seed);
            List<Pictures.Captioned> strip = new ArrayList<>();
            List<String> words = new ArrayList<>();
            for (Prompt.Item item : inquiry.prompt().wanted()) {
                Uncertainty of = Uncertainty.of(world, inquiry.given(), item.type(), item.moment());
                String name = item.type() + item.moment();
                object.putObject(name)
                        .put("mean_entropy", of.entropy().mean())
                        .put("largest_entropy", of.entropy().max())
                        .put("mean_varentropy", of.varentropy().mean());
                words.add(
                        "%s: %.3f nats a patch in the mean, %.3f at most"
                                .formatted(name, of.entropy().mean(), of.entropy().max()));
                strip.add(new Pictures.Captioned(Pictures.of(of.entropy()), name + ", entropy"));
                strip.add(
                        new Pictures.Captioned(
                                Pictures.of(of.varentropy()), name + ", varentropy"));
            }
            scene.picture(Pictures.filmstrip(strip), "entropy.png", object);
            output.print(object, () -> String.join("\n", words) + "\n" + scene.files());
        }
        return 0;
    }
}
