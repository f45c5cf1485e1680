// Empty is the HTTP server that others are compared with.
package main

import (
	"log"
	"net/http"
	"os"
)

func main() {
	log.Fatal(http.ListenAndServe(os.Args[len(os.Args)-1], http.NotFoundHandler()))
}
