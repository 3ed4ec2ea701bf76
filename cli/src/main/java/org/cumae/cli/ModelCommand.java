package org.cumae.cli;

import picocli.CommandLine.Command;

/// `cumae model`: what is known of model files, and new ones.
@Command(
        name = "model",
        mixinStandardHelpOptions = true,
        description = "Look into a model file, write one, or find what it can leave out.",
        subcommands = {
            ModelInfoCommand.class,
            ModelRandomCommand.class,
            ModelMergeCommand.class,
            ModelSkippingCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  ./cumae model info model.gguf",
            "  ./cumae model random r110.gguf --type q8_0"
        })
final class ModelCommand {}
