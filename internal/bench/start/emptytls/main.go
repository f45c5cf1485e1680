// Emptytls is the HTTP server that others are compared with, if it can do what
// they can: TLS, when it is told to.
package main

import (
	"log"
	"net/http"
	"os"
)

func main() {
	addr := os.Args[len(os.Args)-1]
	if cert, key := os.Getenv("CERT"), os.Getenv("KEY"); cert != "" {
		log.Fatal(http.ListenAndServeTLS(addr, cert, key, http.NotFoundHandler()))
	}
	log.Fatal(http.ListenAndServe(addr, http.NotFoundHandler()))
}
