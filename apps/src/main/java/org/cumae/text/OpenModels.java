package org.cumae.text;

import org.cumae.naming.UnknownNameException;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Models by name, each opened once and closed in the end.
public final class OpenModels implements AutoCloseable {
    private final OpenOptions options;
    private final Map<String, TextModel> models = new LinkedHashMap<>();

    /// Opens none yet.
    ///
    /// @param options where and how each of them runs
    public OpenModels(OpenOptions options) {
        this.options = options;
    }

    /// The model of a name or path.
    ///
    /// @throws UnknownNameException if there is none
    public TextModel open(String nameOrPath) {
        return models.computeIfAbsent(nameOrPath, name -> TextModel.open(name, options));
    }

    /// The same; empty if there is none.
    public Optional<TextModel> find(String nameOrPath) {
        try {
            return Optional.of(open(nameOrPath));
        } catch (UnknownNameException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        models.values().forEach(TextModel::close);
    }
}
