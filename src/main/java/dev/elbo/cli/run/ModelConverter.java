package dev.elbo.cli.run;

import dev.elbo.DidYouMean;
import dev.elbo.model.ModelName;
import java.util.Iterator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a model's name. */
final class ModelConverter implements ITypeConverter<ModelName> {
  @Override
  public ModelName convert(String text) {
    return ModelName.of(text)
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "there is no model '%s'%s; choose one of %s"
                        .formatted(
                            text,
                            DidYouMean.among(
                                ModelName.all().stream().map(ModelName::toString).toList(), text),
                            ModelName.all())));
  }

  /** The names of all models. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return ModelName.all().stream().map(ModelName::toString).iterator();
    }
  }
}
