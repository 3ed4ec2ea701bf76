package org.cumae.serve;

import org.cumae.image.PictureModel;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;

/// The models that draw pictures, by name.
final class ServedPictures {
    private final Map<String, PictureModel> models = new ConcurrentSkipListMap<>();

    void add(String name, PictureModel model) {
        models.put(name, model);
    }

    List<String> names() {
        return List.copyOf(models.keySet());
    }

    /// The model that a request's `model` field names; the first one when it names none.
    ///
    /// @throws ApiError 404 if there is none
    PictureModel of(Fields fields) {
        List<String> names = names();
        String asked = fields.text("model").orElse(names.isEmpty() ? "" : names.getFirst());
        PictureModel model = models.get(asked);
        if (model == null) {
            throw ApiError.noModel(
                    asked, names.isEmpty() ? "none that draws pictures" : String.join(", ", names));
        }
        return model;
    }

    /// The model of a name that is listed.
    PictureModel named(String name) {
        return Objects.requireNonNull(models.get(name), name);
    }
}
