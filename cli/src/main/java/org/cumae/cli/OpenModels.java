package org.cumae.cli;

import org.cumae.naming.UnknownNameException;
import org.cumae.text.OpenOptions;
import org.cumae.text.TextModel;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Models that a command opens beside its own, each once, and closes in the end.
final class OpenModels implements AutoCloseable {
    private final OpenOptions options;
    private final Map<String, TextModel> models = new LinkedHashMap<>();

    /// Opens none yet.
    ///
    /// @param options where and how each of them runs
    OpenModels(OpenOptions options) {
        this.options = options;
    }

    /// The model of a name or path; empty if there is none.
    Optional<TextModel> find(String nameOrPath) {
        try {
            return Optional.of(
                    models.computeIfAbsent(nameOrPath, name -> TextModel.open(name, options)));
        } catch (UnknownNameException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        models.values().forEach(TextModel::close);
    }
}
