package org.cumae.serve;

import org.cumae.text.TextModel;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/// The models that are loaded, by name. More may come while the server runs.
final class ServedModels {
    private final AtomicReference<Map<String, Served>> models = new AtomicReference<>(Map.of());

    /// Makes a model known.
    void add(Served model) {
        models.updateAndGet(
                before -> {
                    Map<String, Served> after = new LinkedHashMap<>(before);
                    after.put(model.id(), model);
                    return after;
                });
    }

    /// All of them, in the order they were added.
    Collection<Served> all() {
        return models.get().values();
    }

    /// The model of that name.
    ///
    /// @throws ApiError 404 if there is none, 503 if none is loaded yet
    Served named(String name) {
        Map<String, Served> now = models.get();
        if (now.isEmpty()) {
            throw ApiError.notNow("no model is loaded yet; try again in a moment");
        }
        Served model = now.get(name);
        if (model == null) {
            throw ApiError.noModel(name, String.join(", ", now.keySet()));
        }
        return model;
    }

    /// The text model of that name, to draft with; empty if there is none.
    Optional<TextModel> text(String name) {
        return models.get().get(name) instanceof ServedText served
                ? Optional.of(served.model())
                : Optional.empty();
    }

    /// The model that a request's `model` field names; the first one when it names none.
    Served of(Fields fields) {
        return fields.text("model").map(this::named).orElseGet(this::first);
    }

    private Served first() {
        List<Served> now = List.copyOf(all());
        if (now.isEmpty()) {
            throw ApiError.notNow("no model is loaded yet; try again in a moment");
        }
        return now.getFirst();
    }
}
