package org.cumae.image;

import org.cumae.Check;
import org.cumae.net.Backbone;
import org.cumae.picture.CodeManner;
import org.cumae.picture.Lesson;
import org.cumae.picture.Looks;
import org.cumae.train.picture.Coded;
import org.cumae.train.picture.DrawnCodes;
import org.cumae.unit.picture.PictureSet;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Watches a model of codes while it reads real pictures.
public final class Watching {
    private static final int BATCH = 32; // pictures of a pass

    private Watching() {}

    /// How its rows look at each other, a mean over pictures, each shown with its class.
    ///
    /// @param folder of a model that draws codes
    /// @param set pictures of the model's classes
    /// @throws IllegalArgumentException if the model draws real vectors, or knows fewer classes
    public static Looks of(Path folder, PictureSet set) {
        try (PictureModel model = PictureFolder.open(folder);
                Backbone backbone = Backbone.load(folder)) {
            if (!(model.manner() instanceof CodeManner manner)) {
                throw new IllegalArgumentException(
                        "model %s draws real vectors, whose rows are on their way out of noise; take a model of codes"
                                .formatted(model.name()));
            }
            Check.argument(
                    set.classes().size() <= model.classes().size(),
                    "the pictures are of %d classes and model %s knows %d",
                    set.classes().size(),
                    model.name(),
                    model.classes().size());
            Lesson lesson = manner.lesson();
            List<Coded> coded = DrawnCodes.coded(manner, set);
            List<float[]> means = new ArrayList<>();
            for (int from = 0; from < coded.size(); from += BATCH) {
                List<Coded> batch = coded.subList(from, Math.min(from + BATCH, coded.size()));
                int[] conditions =
                        batch.stream()
                                .mapToInt(each -> manner.firstCondition() + each.label())
                                .toArray();
                List<float[]> shares =
                        backbone.looks(DrawnCodes.rows(manner, lesson, batch, conditions));
                for (int layer = 0; layer < shares.size(); layer++) {
                    if (layer == means.size()) {
                        means.add(new float[shares.get(layer).length]);
                    }
                    add(shares.get(layer), (float) batch.size() / coded.size(), means.get(layer));
                }
            }
            return new Looks(manner.spots(), backbone.config().heads(), means);
        }
    }

    private static void add(float[] shares, float weight, float[] means) {
        for (int i = 0; i < means.length; i++) {
            means[i] += weight * shares[i];
        }
    }
}
