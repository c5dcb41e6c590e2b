// Command service is a small HTTP service: orders kept in PostgreSQL, counted in Redis, told to Kafka, watched by Prometheus
// and OpenTelemetry.
package main

import (
	"context"
	"net/http"
	"os"
	"os/signal"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/redis/go-redis/v9"
	"github.com/segmentio/kafka-go"
	"github.com/spf13/cobra"
	"github.com/spf13/viper"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"
)

type service struct {
	log     *zap.Logger
	orders  *pgxpool.Pool
	counter *redis.Client
	events  *kafka.Writer
}

func (s *service) create(w http.ResponseWriter, r *http.Request) {
	id := uuid.New()
	if _, err := s.orders.Exec(r.Context(), "insert into orders (id) values ($1)", id); err != nil {
		s.log.Error("order not stored", zap.Error(err))
		http.Error(w, "order not stored", http.StatusServiceUnavailable)
		return
	}
	s.counter.Incr(r.Context(), "orders")
	if err := s.events.WriteMessages(r.Context(), kafka.Message{Key: id[:], Value: []byte("created")}); err != nil {
		s.log.Warn("order not told", zap.Error(err))
	}
	w.WriteHeader(http.StatusCreated)
	_, _ = w.Write([]byte(id.String() + "\n"))
}

func (s *service) routes() http.Handler {
	router := chi.NewRouter()
	router.Use(middleware.RequestID, middleware.Recoverer)
	router.Post("/orders", s.create)
	router.Handle("/metrics", promhttp.Handler())
	return otelhttp.NewHandler(router, "service")
}

func serve(ctx context.Context, settings *viper.Viper) error {
	log, err := zap.NewProduction()
	if err != nil {
		return err
	}
	exporter, err := otlptracegrpc.New(ctx)
	if err != nil {
		return err
	}
	traces := trace.NewTracerProvider(trace.WithBatcher(exporter))
	defer func() { _ = traces.Shutdown(context.Background()) }()
	otel.SetTracerProvider(traces)
	orders, err := pgxpool.New(ctx, settings.GetString("database"))
	if err != nil {
		return err
	}
	defer orders.Close()
	counter := redis.NewClient(&redis.Options{Addr: settings.GetString("redis")})
	events := &kafka.Writer{Addr: kafka.TCP(settings.GetString("kafka")), Topic: "orders"}
	s := &service{log, orders, counter, events}
	server := &http.Server{Addr: settings.GetString("listen"), Handler: s.routes(), ReadHeaderTimeout: 5 * time.Second}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(server.ListenAndServe)
	group.Go(func() error {
		<-ctx.Done()
		return server.Shutdown(context.Background())
	})
	return group.Wait()
}

func main() {
	settings := viper.New()
	settings.SetEnvPrefix("service")
	settings.AutomaticEnv()
	settings.SetDefault("listen", "127.0.0.1:8080")
	settings.SetDefault("redis", "127.0.0.1:6379")
	settings.SetDefault("kafka", "127.0.0.1:9092")
	settings.SetDefault("database", "postgres:///orders")
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	command := &cobra.Command{
		Use:          "service",
		SilenceUsage: true,
		RunE:         func(command *cobra.Command, _ []string) error { return serve(command.Context(), settings) },
	}
	if command.ExecuteContext(ctx) != nil {
		os.Exit(1)
	}
}
