package org.cumae.recipe;

import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.train.Batches;
import org.cumae.train.HeldOut;
import org.cumae.train.world.CodedScenes;
import org.cumae.train.world.Grammar;
import org.cumae.train.world.Mixture;
import org.cumae.train.world.Packed;
import org.cumae.train.world.PointerCodes;
import org.cumae.weights.WholeFile;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a turn of the cycle brought: what the world lost of what it knew, what it knows of the new
/// types, and what being told them is worth for all else. All of it is the loss of rows of held-out
/// scenes, of which the truth is known.
///
/// @param stage what the turn is called
/// @param old the loss of the rows of the stage before, by the world before and by that of now
/// @param gains of each row that speaks of a new type
record Gains(String stage, Pair old, List<Gain> gains) {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final long SEED = -100; // of rows that nothing was learned from

    /// Two losses, in nats a code.
    ///
    /// @param without it, or before
    /// @param with it, or now
    record Pair(double without, double with) {
        @Override
        public String toString() {
            return "%.4f -> %.4f (%+.1f %%)".formatted(without, with, 100 * (with / without - 1));
        }
    }

    /// What a row tells.
    ///
    /// @param rows in the words of a recipe
    /// @param losses where a new type is told: of the same rows without it, and with it. Where it
    ///   is asked for: of the frequencies of its codes, and of the world
    record Gain(String rows, Pair losses) {}

    /// Copies the list.
    Gains {
        gains = List.copyOf(gains);
    }

    /// Measures a turn.
    ///
    /// @param types that are new
    /// @param now the rows of this stage
    /// @param old the loss of rows of the stage before, by the world before and the one of now
    /// @param learner of the world of now
    /// @param scenes of which all is known
    /// @param sequences in a batch
    /// @param looks how many batches
    static Gains of(
            String stage,
            List<String> types,
            Mixture now,
            Pair old,
            PointerCodes learner,
            CodedScenes scenes,
            Grammar.Speed speed,
            int sequences,
            int looks) {
        List<Gain> gains = new ArrayList<>();
        for (Mixture.Weighted each : now.grammars()) {
            Grammar grammar = each.grammar();
            Set<String> told = types(grammar.parts().subList(0, grammar.given()));
            Set<String> asked =
                    types(grammar.parts().subList(grammar.given(), grammar.parts().size()));
            told.retainAll(types);
            asked.retainAll(types);
            if (told.isEmpty() == asked.isEmpty()) {
                continue; // speaks of nothing new, or asks for what it tells some of
            }
            Batches<Packed> rows = now.only(grammar).of(scenes, speed, sequences, SEED);
            if (rows.at(0).sequences().stream().allMatch(List::isEmpty)) {
                continue; // what is told leaves no room for what is asked
            }
            double with = HeldOut.loss(learner, rows, looks);
            double without =
                    told.isEmpty()
                            ? frequencies(asked, scenes)
                            : HeldOut.loss(learner, number -> rows.at(number).untold(told), looks);
            gains.add(new Gain(grammar.toString(), new Pair(without, with)));
        }
        return new Gains(stage, old, gains);
    }

    private static Set<String> types(List<Grammar.Part> parts) {
        Set<String> types = new HashSet<>();
        parts.forEach(part -> types.add(part.type()));
        return types;
    }

    /// The entropy of the codes that scenes have, in nats a code: what is known of them before
    /// anything is seen.
    static double frequencies(Set<String> types, CodedScenes scenes) {
        Map<Integer, Integer> counts = new HashMap<>();
        int all = 0;
        for (int number = 0; number < scenes.count(); number++) {
            Canvas scene = scenes.at(number);
            for (Element element : scene.elements()) {
                if (types.contains(element.address().type())) {
                    for (int code : element.codes().toArray()) {
                        counts.merge(code, 1, Integer::sum);
                        all++;
                    }
                }
            }
        }
        double sum = 0;
        for (int count : counts.values()) {
            sum -= count * Math.log((double) count / all);
        }
        return sum / all;
    }

    /// What there is to say of it.
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("%s: what was known before %s nats".formatted(stage, old));
        gains.forEach(
                gain -> lines.add("%s: %s: %s nats".formatted(stage, gain.rows, gain.losses)));
        return lines;
    }

    /// Keeps it in a file.
    void write(Path file) {
        ObjectNode root = MAPPER.createObjectNode().put("stage", stage);
        root.putObject("old").put("before", old.without).put("now", old.with);
        ArrayNode list = root.putArray("rows");
        gains.forEach(
                gain ->
                        list.addObject()
                                .put("rows", gain.rows)
                                .put("without", gain.losses.without)
                                .put("with", gain.losses.with));
        WholeFile.write(
                file,
                sink ->
                        sink.write(
                                MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(root)));
    }
}
