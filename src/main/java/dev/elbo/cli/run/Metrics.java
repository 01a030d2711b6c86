package dev.elbo.cli.run;

import dev.elbo.ElboException;
import dev.elbo.eval.Measure;
import dev.elbo.eval.Metric;
import dev.elbo.eval.PlainRecall;
import dev.elbo.eval.RatingMetric;
import dev.elbo.eval.Recall;
import dev.elbo.train.Criterion;
import java.util.Iterator;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Metrics on the command line. */
public final class Metrics {

  /** A metric with recall by its plain definition. */
  public static Measure plain(Measure metric) {
    return metric instanceof Recall(int k) ? new PlainRecall(k) : metric;
  }

  private Metrics() {}

  /** The names of the metrics of rankings, with the usual cutoff. */
  public static final class RankingNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Metric.all(100).stream().map(Metric::name).iterator();
    }
  }

  /** The same and those of predicted ratings. */
  public static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Stream.<Measure>concat(Metric.all(100).stream(), RatingMetric.all().stream())
          .map(Measure::name)
          .iterator();
    }
  }

  /** Reads a metric's name. */
  public static final class Converter implements ITypeConverter<Measure> {
    @Override
    public Measure convert(String name) {
      try {
        return Measure.parse(name);
      } catch (ElboException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** Reads the name of a metric of rankings. */
  public static final class RankingConverter implements ITypeConverter<Metric> {
    @Override
    public Metric convert(String name) {
      try {
        return Metric.parse(name);
      } catch (ElboException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** Reads what decides which epoch is the best. */
  static final class CriterionConverter implements ITypeConverter<Criterion> {
    @Override
    public Criterion convert(String name) {
      try {
        return Criterion.parse(name);
      } catch (ElboException e) {
        throw new TypeConversionException(e.getMessage() + "; or loss");
      }
    }
  }
}
